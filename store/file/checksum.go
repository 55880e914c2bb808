package file

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"alphanode/store"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// ChecksumSize is how many bytes a CRC32C takes.
const ChecksumSize = 4

// seal appends the CRC32C over key and payload, so that a value that was
// altered, or stands under another key, is noticed when it is read.
func seal(key, payload []byte) []byte {
	return binary.LittleEndian.AppendUint32(payload, checksum(key, payload))
}

func checksum(key, payload []byte) uint32 {
	return crc32.Update(crc32.Checksum(key, castagnoli), castagnoli, payload)
}

// Unseal checks a sealed value and gives its payload, which still points into
// the mapped file.
func Unseal(bucket string, key, value []byte) ([]byte, error) {
	n := len(value) - ChecksumSize
	if n < 0 || binary.LittleEndian.Uint32(value[n:]) != checksum(key, value[:n]) {
		return nil, fmt.Errorf("%w: checksum of %s %q does not match", store.ErrCorrupt, bucket, key)
	}
	return value[:n], nil
}

// UnsealNumber reads a sealed 32-bit number, from a copy.
func UnsealNumber(bucket string, key, value []byte) (uint32, error) {
	var own [4 + ChecksumSize]byte
	if copy(own[:], value); len(value) != len(own) || binary.LittleEndian.Uint32(own[4:]) != checksum(key, own[:4]) {
		return 0, fmt.Errorf("%w: checksum of %s %q does not match", store.ErrCorrupt, bucket, key)
	}
	return binary.LittleEndian.Uint32(own[:4]), nil
}
