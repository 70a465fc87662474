package stations

import (
	"math"
	"strconv"

	"lianluo/internal/station"
)

// plot is a picture of the county's located places, north above. It is no map: it asks
// nobody outside for one. A click in it sets both fields, where JavaScript runs.
type plot struct {
	west, east, north, south float64
	width, height            float64
	places                   []station.Located
}

// Around the outermost places there is this much room, and never less than leastSpan from
// edge to edge, in degrees.
const (
	room      = 0.1
	leastSpan = 0.1
	plotWidth = 320
)

// plotOf draws places, of which there is at least one.
func plotOf(places []station.Located) plot {
	p := plot{west: math.Inf(1), east: math.Inf(-1), north: math.Inf(-1), south: math.Inf(1), places: places}
	for _, at := range places {
		p.west, p.east = min(p.west, at.Longitude), max(p.east, at.Longitude)
		p.south, p.north = min(p.south, at.Latitude), max(p.north, at.Latitude)
	}
	p.west, p.east = widened(p.west, p.east)
	p.south, p.north = widened(p.south, p.north)
	shrink := math.Cos((p.north + p.south) / 2 * math.Pi / 180) // a degree of longitude is shorter up north
	p.width = plotWidth
	p.height = math.Round(plotWidth * (p.north - p.south) / ((p.east - p.west) * shrink))
	p.height = min(max(p.height, plotWidth/3), plotWidth*2)
	return p
}

func widened(low, high float64) (float64, float64) {
	span := max((high-low)*(1+2*room), leastSpan)
	middle := (low + high) / 2
	return middle - span/2, middle + span/2
}

func (p plot) x(longitude float64) string {
	return px((longitude - p.west) / (p.east - p.west) * p.width)
}

func (p plot) y(latitude float64) string {
	return px((p.north - latitude) / (p.north - p.south) * p.height)
}

func (p plot) box() string { return "0 0 " + px(p.width) + " " + px(p.height) }

func px(n float64) string { return strconv.FormatFloat(n, 'f', 1, 64) }

func edge(degrees float64) string { return strconv.FormatFloat(degrees, 'f', 6, 64) }
