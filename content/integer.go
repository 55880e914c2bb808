package content

import (
	"strconv"
	"strings"
)

// ParseInteger reads a number of JSON that is an integer of at most 64 bits, in any of its
// spellings: 12, 12.0 and 1e3, as data frames write them. It reports false for any other.
func ParseInteger(s string) (int64, bool) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n, s[0] != '+'
	}
	digits, exponent := s, 0
	if at := strings.IndexAny(s, "eE"); at >= 0 {
		n, err := strconv.Atoi(s[at+1:])
		if err != nil || n < -maxExponent || n > maxExponent {
			return 0, false
		}
		digits, exponent = s[:at], n
	}
	whole, fraction, pointed := strings.Cut(digits, ".")
	sign := strings.TrimRight(whole, "0123456789")
	if sign != "" && sign != "-" || whole == sign || pointed && fraction == "" || strings.Trim(fraction, "0123456789") != "" {
		return 0, false
	}
	digits = strings.TrimLeft(whole[len(sign):]+fraction, "0")
	exponent -= len(fraction)
	rest := strings.TrimRight(digits, "0")
	exponent += len(digits) - len(rest)
	switch {
	case rest == "":
		return 0, true
	case exponent < 0 || len(rest)+exponent > len("9223372036854775808"):
		return 0, false
	}
	n, err := strconv.ParseInt(sign+rest+strings.Repeat("0", exponent), 10, 64)
	return n, err == nil
}

// maxExponent bounds what is added to: a longer number is none of 64 bits in either direction,
// unless it is nought.
const maxExponent = 1 << 20
