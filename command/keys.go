package command

import (
	"fmt"
	"slices"
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
	var scope, name string
	cmd := &cobra.Command{
		Use:   "add --scope read|preview|admin --name NAME",
		Short: "Make a key and print it, once",
		Long: "Scopes: read sees what the public sees, with answers that are nobody else's; preview also sees drafts, posts in\n" +
			"review and archived posts, and every release on disk; admin also publishes and rolls back.",
		Args: arguments(0, 0, "none: the key is named with --name"),
		RunE: func(*cobra.Command, []string) error {
			if !slices.Contains(store.Scopes, store.Scope(scope)) {
				return usageError{fmt.Errorf("--scope: found %q, expected read, preview or admin", scope)}
			}
			if name == "" {
				return usageError{fmt.Errorf("--name: found nothing, expected a name that says whose key it is")}
			}
			catalogue, err := catalogue.Make(c.data)
			if err != nil {
				return err
			}
			secret, key, err := keys.In(catalogue.Dir()).Add(name, store.Scope(scope))
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
			say(c.Err, "added %s with the scope %s; the key is shown this once\nto take it back: %s\n",
				key.ID, key.Scope, c.again("key revoke", []string{key.ID}))
			_, err = fmt.Fprintln(c.Out, secret)
			return err
		},
	}
	cmd.Flags().StringVar(&scope, "scope", "", "what the key allows: read, preview or admin")
	cmd.Flags().StringVar(&name, "name", "", "whose key it is, or what for; the journal names it")
	c.jsonFlag(cmd)
	return cmd
}

func (c *commandLine) listKeys() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the keys, those revoked too",
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
			return c.printTable("ID\tSCOPE\tCREATED\tREVOKED\tNAME", func(line func(string, ...any)) {
				for _, k := range keys {
					revoked := ""
					if k.Revoked != nil {
						revoked = k.Revoked.Format(time.DateTime)
					}
					line("%s\t%s\t%s\t%s\t%s", k.ID, k.Scope, k.Created.Format(time.DateTime), revoked, k.Name)
				}
			})
		},
	}
	c.jsonFlag(cmd)
	return cmd
}

func (c *commandLine) revokeKey() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "revoke ID",
		Short: "Make a key open nothing any more",
		Args:  arguments(1, 1, "the id of a key, as key list shows it"),
		RunE: func(_ *cobra.Command, args []string) error {
			catalogue, err := c.catalogue()
			if err != nil {
				return err
			}
			key, err := keys.In(catalogue.Dir()).Revoke(args[0])
			if err != nil {
				return err
			}
			if c.json {
				return c.printJSON(key)
			}
			say(c.Out, "revoked %s, %s; a running server refuses it within a second\n", key.ID, key.Name)
			return nil
		},
	}
	c.jsonFlag(cmd)
	return cmd
}
