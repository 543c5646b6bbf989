package main

import (
	"fmt"
	"strconv"
	"strings"
)

// size is a number of bytes, as a flag: 1000, 512KiB, 8MiB.
type size int

// sizeUnits are the units that a size can have.
var sizeUnits = []struct {
	name  string
	bytes int
}{{"MiB", 1 << 20}, {"KiB", 1 << 10}, {"", 1}}

// String is the size in the largest unit that has no rest.
func (s *size) String() string {
	for _, unit := range sizeUnits {
		if *s != 0 && int(*s)%unit.bytes == 0 {
			return strconv.Itoa(int(*s)/unit.bytes) + unit.name
		}
	}
	return strconv.Itoa(int(*s))
}

// Set reads a size. It returns an error for what is none, and for one below 1 byte or above 1 GiB.
func (s *size) Set(text string) error {
	const most = 1 << 30
	for _, unit := range sizeUnits {
		digits, has := strings.CutSuffix(text, unit.name)
		if !has {
			continue
		}
		number, err := strconv.Atoi(digits)
		if err != nil || number < 1 || number > most/unit.bytes {
			break
		}
		*s = size(number * unit.bytes)
		return nil
	}
	return fmt.Errorf("found %q, expected a number of bytes such as 4096, 512KiB or 8MiB", text)
}

// Type is how a flag's help calls the value.
func (s *size) Type() string { return "SIZE" }
