package content_test

import (
	"fmt"
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"alphanode/content"
)

func TestParseInteger(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]int64{
		"12": 12, "-7": -7, "12.0": 12, "1e3": 1000, "1E+3": 1000, "1.5e1": 15, "-2.50e2": -250, "1000e-3": 1, "0.0": 0, "-0": 0, "0e999": 0, "0.00e-9": 0,
		"9223372036854775807.000": math.MaxInt64, "-9.223372036854775808e18": math.MinInt64, "0.01e2": 1,
	} {
		if n, ok := content.ParseInteger(given); n != want || !ok {
			t.Errorf("%s: found %d, %v, expected %d", given, n, ok, want)
		}
	}
	for _, given := range []string{"", "1.5", "1e-1", "9223372036854775808.0", "1e19", "1e400", "1e99999999999999999999", "NaN", "0x10", "1_000", "+1", "+1.0", "1.", ".5", "-", "e3", "1e", "12 ", "1.2.3", "--1.0", "1e1e1"} {
		if n, ok := content.ParseInteger(given); ok {
			t.Errorf("%s: found %d, expected none", given, n)
		}
	}
}

func TestParseIntegerIsExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		given := fmt.Sprintf("%d.%se%d", rapid.Int64().Draw(t, "whole"), rapid.StringMatching(`[0-9]{1,5}`).Draw(t, "fraction"), rapid.IntRange(-8, 8).Draw(t, "exponent"))
		exact, _ := new(big.Rat).SetString(given)
		n, ok := content.ParseInteger(given)
		if want := exact.IsInt() && exact.Num().IsInt64(); ok != want || ok && n != exact.Num().Int64() {
			t.Fatalf("%s: found %d, %v", given, n, ok)
		}
	})
}
