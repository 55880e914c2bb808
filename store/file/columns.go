package file

import (
	"maps"
	"slices"
)

// Columns are the columns of a release on their way into its file, by name: those that
// are made, and those that are made when they are written, since they are large.
type Columns struct {
	made map[string][]byte
	late map[string]func() ([]byte, error)
}

// NewColumns begins with none.
func NewColumns() *Columns {
	return &Columns{map[string][]byte{}, map[string]func() ([]byte, error){}}
}

// Put puts a column that is made.
func (c *Columns) Put(name string, data []byte) { c.made[name] = data }

// PutLate puts a column that is made when it is written, and kept no longer.
func (c *Columns) PutLate(name string, make func() ([]byte, error)) { c.late[name] = make }

// Get gives a column that is made. It can be read as one in the file is.
func (c *Columns) Get(name string) *Column { return CheckedColumn(c.made[name]) }

// Write writes all columns, in the order of their names. Those that were made stay.
func (c *Columns) Write(out *Writer) error {
	names := slices.AppendSeq(slices.Collect(maps.Keys(c.made)), maps.Keys(c.late))
	slices.Sort(names)
	for _, name := range names {
		data, ok := c.made[name]
		if !ok {
			var err error
			if data, err = c.late[name](); err != nil {
				return err
			}
		}
		if err := out.PutRaw(BucketColumns, []byte(name), AppendColumn(name, data)); err != nil {
			return err
		}
	}
	return nil
}
