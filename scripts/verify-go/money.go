package main

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"
)

// decimals of the currencies that have another number of them than two.
var decimals = map[string]int{"JPY": 0, "KRW": 0, "VND": 0, "KWD": 3}

func decimalsOf(currency string) int {
	if n, other := decimals[currency]; other {
		return n
	}
	return 2
}

var plain = regexp.MustCompile(`^(0|[1-9][0-9]{0,17})(\.[0-9]{1,3})?$`)

func minorUnits(text, currency string) (*big.Int, error) {
	whole, part, _ := strings.Cut(text, ".")
	if !plain.MatchString(text) || len(part) > decimalsOf(currency) || len(currency) != 3 {
		return nil, fmt.Errorf("%q is no amount of %q", text, currency)
	}
	minor, _ := new(big.Int).SetString(whole+part+strings.Repeat("0", decimalsOf(currency)-len(part)), 10)
	return minor, nil
}

func formatMinor(minor *big.Int, currency string) string {
	n := decimalsOf(currency)
	digits := new(big.Int).Abs(minor).String()
	if len(digits) <= n {
		digits = strings.Repeat("0", n+1-len(digits)) + digits
	}
	if n > 0 {
		digits = digits[:len(digits)-n] + "." + digits[len(digits)-n:]
	}
	if minor.Sign() < 0 {
		digits = "-" + digits
	}
	return digits
}
