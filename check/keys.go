package check

import (
	"context"
	"fmt"
	"time"

	"alphanode/store"
	"alphanode/store/keys"
)

// oldKey is after how long an admin key should be made anew.
const oldKey = 90 * 24 * time.Hour

// inForce gives the keys that open something.
func (d *Data) inForce() (valid []store.Key, err error) {
	all, err := keys.In(d.Dir).List()
	if err != nil {
		return nil, err
	}
	for _, k := range all {
		if k.Revoked == nil && !k.Expired(d.Now) {
			valid = append(valid, k)
		}
	}
	return valid, nil
}

func checkKeysRead(_ context.Context, d *Data) []Finding {
	valid, err := d.inForce()
	if err != nil {
		return []Finding{fault(err.Error(), "keys that can be read", "put a good copy in its place").about("keys.json")}
	}
	return []Finding{right("%d keys in force", len(valid))}
}

// checkKeyExpiry tells of keys that nobody will notice when they are forgotten.
func checkKeyExpiry(_ context.Context, d *Data) (all []Finding) {
	valid, err := d.inForce()
	if err != nil {
		return []Finding{skipped("the keys cannot be read")}
	}
	for _, k := range valid {
		if k.Expires == nil {
			all = append(all, warning(fmt.Sprintf("the %s key %q never expires", k.Scope, k.Name), "an end for each key",
				fmt.Sprintf("alphanode key add --scope %s --name … --expires 90d, then %s", k.Scope, d.Command("key revoke", []string{k.ID}))).about(k.ID))
		}
	}
	if len(all) == 0 {
		return []Finding{right("each of %d keys in force has an end", len(valid))}
	}
	return all
}

func checkAdminKeys(_ context.Context, d *Data) (all []Finding) {
	valid, err := d.inForce()
	if err != nil {
		return []Finding{skipped("the keys cannot be read")}
	}
	n := 0
	for _, k := range valid {
		if k.Scope != store.ScopeAdmin {
			continue
		}
		n++
		if age := d.Now.Sub(k.Created); age > oldKey {
			all = append(all, warning(fmt.Sprintf("the admin key %q is %d days old", k.Name, int(age.Hours()/24)), "an admin key that is made anew every 90 days, and none that nobody uses",
				"the log of the server says whether it is used (\"key\":\""+k.ID+"\"); "+d.Command("key revoke", []string{k.ID})).about(k.ID))
		}
	}
	if len(all) == 0 {
		return []Finding{right("%d admin keys, none older than 90 days", n)}
	}
	return all
}
