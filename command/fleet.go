package command

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"alphanode/fleet"
	"alphanode/fleet/transport"
)

// rollTime is how long replicas have to answer a roll call: more than they take to report by
// themselves.
const rollTime = 3 * time.Second

func (c *commandLine) fleetCommands() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "fleet",
		Short: "Make a fleet of replicas, see how they are, drain and forget them",
		Long: "A fleet are machines that share one history: what is published, rolled back or taken down with --fleet is so on all\n" +
			"of them. Replicas are servers with serve --fleet. The fleet is where --fleet says: NATS JetStream, or a folder.",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError{fmt.Errorf("found the unknown command %q, expected one of %s", args[0], commandNames(cmd))}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(c.fleetInit(), c.fleetStatus(), c.fleetDrain(), c.fleetForget(), c.fleetMend())
	return cmd
}

// needFleet refuses a command without a fleet.
func (f *fleetFlags) need() error {
	if f.url() == "" {
		return usageError{errors.New("--fleet: found nothing, expected where the fleet is, such as nats://host:4222 or file:///path")}
	}
	return f.check()
}

func (c *commandLine) fleetInit() *cobra.Command {
	var f fleetFlags
	var show bool
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Make what a fleet needs, and give it the state of this data directory",
		Long: "Init makes the buckets in NATS, or the folder, where they are missing, and gives a fleet that has no state that of the\n" +
			"data directory: its releases, journal, takedowns and keys. A fleet that has lost its state, or was set back, gets it\n" +
			"from the member that is furthest ahead. One that is well is left alone. --print says what is to be made, for an\n" +
			"operator of NATS who makes it himself.",
		Args: arguments(0, 0, "none"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := f.need(); err != nil {
				return err
			}
			at := c.at(&f)
			if show {
				_, err := fmt.Fprint(c.Out, at.needs())
				return err
			}
			t, err := c.connect(cmd.Context(), &f)
			if _, missing := errors.AsType[*transport.MissingError](err); missing {
				if err := at.make(cmd.Context()); err != nil {
					return fmt.Errorf("make what the fleet needs at %s: %w", at.url, err)
				}
				say(c.Err, "made what the fleet needs at %s\n", at.url)
			} else if err != nil {
				return err
			} else if err := t.Close(); err != nil {
				return err
			}
			return c.asMember(cmd.Context(), &f, func(m *fleet.Member) error {
				founded, err := m.Found(cmd.Context())
				if err != nil {
					return fmt.Errorf("fleet init: %w", err)
				}
				if c.json {
					return c.printJSON(founded)
				}
				say(c.Out, "the fleet %s has the state of %s: %d releases, %s current\n", founded.Fleet, c.data, len(founded.Releases), orNothing(founded.Current))
				return nil
			})
		},
	}
	f.add(cmd, false)
	cmd.Flags().BoolVar(&show, "print", false, "print what is to be made, and make nothing")
	c.jsonFlag(cmd)
	return cmd
}

func orNothing(release string) string {
	if release == "" {
		return "nothing"
	}
	return release
}

func (c *commandLine) fleetStatus() *cobra.Command {
	var f fleetFlags
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show every replica: what it serves, how far behind it is, room on its disk, what it is asked",
		Args:  arguments(0, 0, "none"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := f.need(); err != nil {
				return err
			}
			return c.look(cmd.Context(), &f, func(m *fleet.Member) error {
				roll, err := m.Status(cmd.Context(), rollTime)
				if err != nil {
					return err
				}
				if c.json {
					return c.printJSON(roll)
				}
				return c.tellStatus(roll)
			})
		},
	}
	f.add(cmd, false)
	c.jsonFlag(cmd)
	return cmd
}

func (c *commandLine) tellStatus(roll *fleet.Roll) error {
	say(c.Out, "act %d: %s; %s is current\n", roll.Act, roll.Last, orNothing(roll.Current))
	if len(roll.Replicas) == 0 {
		say(c.Out, "no replica is known yet: start one with alphanode serve --fleet\n")
		return nil
	}
	return c.printTable("REPLICA\tSERVES\tACT\tLAG\tFREE\tREQUESTS/S\tERRORS/S\tVERSION\tSTATE", func(line func(string, ...any)) {
		for _, r := range roll.Replicas {
			line("%s\t%s\t%d\t%s\t%s\t%.1f\t%.1f\t%s\t%s", r.Name, orNothing(r.Release), r.Act, orDash(r.Lag), gigabytes(r.Free), r.Requests, r.Errors, r.Version, r.State())
		}
	})
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

func gigabytes(bytes uint64) string { return fmt.Sprintf("%.1f GB", float64(bytes)/1e9) }

func (c *commandLine) fleetDrain() *cobra.Command {
	var f fleetFlags
	var off bool
	cmd := &cobra.Command{
		Use:   "drain NAME",
		Short: "Have load balancers send no more readers to a replica",
		Long: "Drain makes /ready of a replica say 503; who asks it all the same is answered. It lasts, also when the replica is\n" +
			"started anew, until --off.",
		Args: arguments(1, 1, "the name of a replica, as fleet status shows it"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.need(); err != nil {
				return err
			}
			return c.look(cmd.Context(), &f, func(m *fleet.Member) error {
				if err := m.Drain(cmd.Context(), args[0], !off); err != nil {
					return err
				}
				if off {
					say(c.Out, "%s takes readers again\n", args[0])
				} else {
					say(c.Out, "%s is drained\nto end that: %s\n", args[0], c.again("fleet drain", args, "--off"))
				}
				return nil
			})
		},
	}
	f.add(cmd, false)
	cmd.Flags().BoolVar(&off, "off", false, "take readers again")
	return cmd
}

func (c *commandLine) fleetForget() *cobra.Command {
	var f fleetFlags
	cmd := &cobra.Command{
		Use:   "forget NAME",
		Short: "Wait no more for a replica that is gone for good",
		Args:  arguments(1, 1, "the name of a replica, as fleet status shows it"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.need(); err != nil {
				return err
			}
			return c.look(cmd.Context(), &f, func(m *fleet.Member) error {
				if err := m.Forget(cmd.Context(), args[0]); err != nil {
					return err
				}
				say(c.Out, "%s is forgotten; one that is alive reports again\n", args[0])
				return nil
			})
		},
	}
	f.add(cmd, false)
	return cmd
}

func (c *commandLine) fleetMend() *cobra.Command {
	var f fleetFlags
	var clean bool
	cmd := &cobra.Command{
		Use:   "mend",
		Short: "Read every file of the fleet, and put those anew that are damaged or missing and are on this disk",
		Args:  arguments(0, 0, "none"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := f.need(); err != nil {
				return err
			}
			return c.asMember(cmd.Context(), &f, func(m *fleet.Member) error {
				mended, err := m.Mend(cmd.Context())
				if err != nil {
					return fmt.Errorf("fleet mend: %w", err)
				}
				if clean {
					done, err := m.Clear(cmd.Context())
					if err != nil {
						return fmt.Errorf("fleet mend --clear: %w", err)
					}
					mended.Cleared = &done
				}
				if c.json {
					err = c.printJSON(mended)
				} else {
					say(c.Out, "looked at %d files: %d were put anew, %d are lost\n", mended.Looked, len(mended.Mended), len(mended.Lost))
					if done := mended.Cleared; done != nil {
						say(c.Out, "deleted %d blocks, %d MB, that nothing needed\n", done.Files, done.Bytes/1e6)
					}
				}
				if err == nil && len(mended.Lost) > 0 {
					err = fmt.Errorf("fleet mend: %s and others are neither in the fleet nor on this disk: run it on a machine that has the release", mended.Lost[0])
				}
				return err
			})
		},
	}
	f.add(cmd, false)
	cmd.Flags().BoolVar(&clean, "clear", false, "also delete the blocks that nothing needs: those that were sent for what was refused or broken off")
	c.jsonFlag(cmd)
	return cmd
}
