package command

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/keys"
)

func (c *commandLine) keys() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "key",
		Short: "Add, list and revoke API keys",
		Long: "A key goes with requests as Authorization: Bearer KEY. Of each only a hash is kept. A running server takes what is\n" +
			"added or revoked within a second.",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError{fmt.Errorf("found the unknown command %q, expected one of %s", args[0], commandNames(cmd))}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(c.addKey(), c.listKeys(), c.revokeKey())
	return cmd
}

func (c *commandLine) addKey() *cobra.Command {
	var scope, name, expires string
	var limits store.KeyLimits
	var f fleetFlags
	cmd := &cobra.Command{
		Use:   "add --scope read|preview|admin --name NAME [--expires DATE|DURATION] [--budget N]",
		Short: "Make a key and print it, once",
		Long: "Scopes: read sees what the public sees, with answers that are nobody else's; preview also sees drafts, posts in\n" +
			"review and archived posts, and every release on disk; admin also publishes and rolls back.\n\n" +
			"A key with a budget may have so much work done a minute, in units of about a microsecond of one processor, wherever it\n" +
			"is used from; without one it has what the server gives to keys (--key-budget of serve).",
		Args: arguments(0, 0, "none: the key is named with --name"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !slices.Contains(store.Scopes, store.Scope(scope)) {
				return usageError{fmt.Errorf("--scope: found %q, expected read, preview or admin", scope)}
			}
			if name == "" {
				return usageError{fmt.Errorf("--name: found nothing, expected a name that says whose key it is")}
			}
			if cmd.Flags().Changed("budget") && (limits.Budget < 1 || limits.Budget > store.MaxKeyBudget) {
				return usageError{fmt.Errorf("--budget: found %d, expected an integer from 1 to %d", limits.Budget, store.MaxKeyBudget)}
			}
			if cmd.Flags().Changed("expires") {
				at, err := expiry(expires, time.Now())
				if err != nil {
					return err
				}
				limits.Expires = &at
			}
			return c.act(cmd.Context(), &f, catalogue.Make, func(_ *catalogue.Catalogue, ring *keys.File) error {
				secret, key, err := ring.AddLimited(name, store.Scope(scope), limits)
				if err != nil {
					return err
				}
				if c.json {
					return c.printJSON(struct {
						store.Key
						Secret string `json:"key"`
					}{key, secret})
				}
				// The key alone goes to standard output, for scripts.
				say(c.Err, "added %s with the scope %s%s; the key is shown this once\nto take it back: %s\n",
					key.ID, key.Scope, limitsText(key.KeyLimits), c.again("key revoke", []string{key.ID}))
				_, err = fmt.Fprintln(c.Out, secret)
				return err
			})
		},
	}
	f.add(cmd, true)
	cmd.Flags().StringVar(&scope, "scope", "", "what the key allows: read, preview or admin")
	cmd.Flags().StringVar(&name, "name", "", "whose key it is, or what for; the journal names it")
	cmd.Flags().StringVar(&expires, "expires", "", "from when it opens nothing: a day (UTC), an instant, or a duration such as 90d (never)")
	cmd.Flags().IntVar(&limits.Budget, "budget", 0, "how many units of work it may have done a minute (what the server gives to keys)")
	c.jsonFlag(cmd)
	return cmd
}

// limitsText says what bounds a key that was added, where something does.
func limitsText(limits store.KeyLimits) (text string) {
	if limits.Expires != nil {
		text += ", until " + limits.Expires.Format(time.RFC3339)
	}
	if limits.Budget > 0 {
		text += fmt.Sprintf(", with %d units a minute", limits.Budget)
	}
	return text
}

func (c *commandLine) listKeys() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the keys, those revoked or expired too",
		Args:  arguments(0, 0, "none"),
		RunE: func(*cobra.Command, []string) error {
			catalogue, err := c.catalogue()
			if err != nil {
				return err
			}
			keys, err := keys.In(catalogue.Dir()).List()
			if err != nil {
				return err
			}
			if c.json {
				return c.printJSON(keys)
			}
			return c.printTable("ID\tSCOPE\tCREATED\tREVOKED\tEXPIRES\tBUDGET\tNAME", func(line func(string, ...any)) {
				for _, k := range keys {
					budget := ""
					if k.Budget > 0 {
						budget = strconv.Itoa(k.Budget)
					}
					line("%s\t%s\t%s\t%s\t%s\t%s\t%s", k.ID, k.Scope, k.Created.Format(time.DateTime), timeText(k.Revoked), timeText(k.Expires), budget, k.Name)
				}
			})
		},
	}
	c.jsonFlag(cmd)
	return cmd
}

// timeText is a time in a table; "" where there is none.
func timeText(at *time.Time) string {
	if at == nil {
		return ""
	}
	return at.Format(time.DateTime)
}

func (c *commandLine) revokeKey() *cobra.Command {
	var f fleetFlags
	cmd := &cobra.Command{
		Use:   "revoke ID",
		Short: "Make a key open nothing any more",
		Args:  arguments(1, 1, "the id of a key, as key list shows it"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.act(cmd.Context(), &f, catalogue.Open, func(_ *catalogue.Catalogue, ring *keys.File) error {
				key, err := ring.Revoke(args[0])
				if err != nil {
					return err
				}
				if c.json {
					return c.printJSON(key)
				}
				say(c.Out, "revoked %s, %s; a running server refuses it within a second\n", key.ID, key.Name)
				return nil
			})
		},
	}
	f.add(cmd, true)
	c.jsonFlag(cmd)
	return cmd
}
