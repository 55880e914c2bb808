package sets

import "math/bits"

// radixBits is how many bits of a key one pass of SortByKey looks at.
const radixBits = 11

// SortByKey sorts items by their keys, item i by key i; equal ones keep their
// order. Both slices are sorted. It is a radix sort, the lowest bits first, of
// as many passes as the largest key has digits.
func SortByKey(keys []uint64, items []uint32) {
	var all uint64
	for _, key := range keys {
		all |= key
	}
	toKeys, toItems := make([]uint64, len(keys)), make([]uint32, len(items))
	sorted := keys
	for shift := 0; shift < bits.Len64(all); shift += radixBits {
		var places [1 << radixBits]int // digit → where the next item with it goes
		for _, key := range keys {
			places[key>>shift%(1<<radixBits)]++
		}
		sum := 0
		for digit, n := range places {
			places[digit], sum = sum, sum+n
		}
		for i, key := range keys {
			place := &places[key>>shift%(1<<radixBits)]
			toKeys[*place], toItems[*place] = key, items[i]
			*place++
		}
		keys, items, toKeys, toItems = toKeys, toItems, keys, items
	}
	if len(sorted) > 0 && &keys[0] != &sorted[0] { // the last pass went to the room
		copy(toKeys, keys)
		copy(toItems, items)
	}
}
