// SPDX-License-Identifier: LGPL-2.1-or-later

package ipvlan

// #include "shim.h"
import "C"

import (
	"math"
	"unsafe"
)

// Mode is the mode of a port. The zero Mode is unset, as it is in a struct that says nothing of it; so a Mode is one
// more than the kernel's number.
type Mode int

// The modes. A newer kernel's is handed through, see KernelMode.
const (
	ModeUnset Mode = 0
	ModeL2    Mode = 1 + C.IPVLAN_MODE_L2
	ModeL3    Mode = 1 + C.IPVLAN_MODE_L3
	ModeL3S   Mode = 1 + C.IPVLAN_MODE_L3S
)

// KernelMode is the mode of the kernel's number.
func KernelMode(number int) Mode { return Mode(number) + 1 }

// ParseMode reads "l2", "l3", "l3s" or a number.
func ParseMode(text string) (Mode, error) {
	number, err := parse(text, "the mode", func(text *C.char) C.int { return C.ipvlan_mode_from_string(text) })
	return KernelMode(number), err
}

// String is the mode's name, or its number.
func (m Mode) String() string {
	if name := C.ipvlan_mode_to_string(m.number()); name != nil {
		return C.GoString(name)
	}
	return format(func(buf *C.char, size C.size_t) { C.ipvlan_mode_format(m.number(), buf, size) })
}

func (m Mode) number() C.int { return kernelNumber(int(m) - 1) }

// Flags are the flags of a port; unset and numbers as for Mode.
type Flags int

// The flags exclude each other.
const (
	FlagsUnset   Flags = 0
	FlagsBridge  Flags = 1 + C.IPVLAN_FLAGS_BRIDGE
	FlagsPrivate Flags = 1 + C.IPVLAN_F_PRIVATE
	FlagsVEPA    Flags = 1 + C.IPVLAN_F_VEPA
)

// KernelFlags are the flags of the kernel's number.
func KernelFlags(number int) Flags { return Flags(number) + 1 }

// ParseFlags reads "bridge", "private", "vepa" or a number.
func ParseFlags(text string) (Flags, error) {
	number, err := parse(text, "the flags", func(text *C.char) C.int { return C.ipvlan_flags_from_string(text) })
	return KernelFlags(number), err
}

// String is the flags' name, or their number.
func (f Flags) String() string {
	if name := C.ipvlan_flags_to_string(f.number()); name != nil {
		return C.GoString(name)
	}
	return format(func(buf *C.char, size C.size_t) { C.ipvlan_flags_format(f.number(), buf, size) })
}

func (f Flags) number() C.int { return kernelNumber(int(f) - 1) }

// kernelNumber leaves what C has no room for what it is: no mode and no flags.
func kernelNumber(number int) C.int {
	if number < math.MinInt32 || number > math.MaxInt32 {
		return math.MaxInt32
	}
	return C.int(number)
}

// Unset is -1 in either case: the kernel's number of a zero Mode.
func parse(text, what string, read func(*C.char) C.int) (number int, err error) {
	var s scratch
	defer s.free(&err)
	rc := read(s.text(text))
	if rc < 0 {
		return -1, settingsError("%s cannot be %q", what, text)
	}
	return int(rc), nil
}

// format has C write a text that fits.
func format(write func(buf *C.char, size C.size_t)) string {
	var buf [1024]C.char
	write(&buf[0], C.size_t(len(buf)))
	return C.GoString(&buf[0])
}

// formatOptional is "" where C answers NULL.
func formatOptional(write func(buf *C.char, size C.size_t) *C.char) string {
	var buf [C.IPVLAN_ADDRESS_SIZE]C.char
	return C.GoString(write(&buf[0], C.size_t(len(buf))))
}

// bytesOf copies what C lent.
func bytesOf(bytes *C.uint8_t, size C.size_t) []byte {
	if bytes == nil {
		return nil
	}
	return C.GoBytes(unsafe.Pointer(bytes), C.int(size))
}
