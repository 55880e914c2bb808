package store

// reportDamage takes that the file of a release is not what was written, which its
// caller has made sure of: a bit that was turned back is none.
func (r *Release) reportDamage(err error) {
	if r.damage.CompareAndSwap(nil, &err) && r.onDamage != nil {
		r.onDamage(r, err)
	}
}

// Damage is what was found first to be wrong with the release's file since it was
// opened; nil where nothing was. What is read from such a release is not to be kept.
func (r *Release) Damage() error {
	if err := r.damage.Load(); err != nil {
		return *err
	}
	return nil
}
