package option_test

import (
	"testing"

	"lianluo/internal/option"
)

// TestClosedList: a value has a name; one that nobody knows says itself.
func TestClosedList(t *testing.T) {
	t.Parallel()
	list := []option.Option{{"visit", "来访"}, {"call", "来电"}}
	if option.NameOf(list, "call") != "来电" || option.NameOf(list, "fax") != "fax" || !option.Has(list, "visit") || option.Has(list, "") {
		t.Error("the list does not know its values")
	}
}
