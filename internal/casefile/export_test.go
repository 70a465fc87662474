package casefile

// Needs reports whether the row has the demand.
func (r Row) Needs(d Demand) bool { return r.needs(d) }
