package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"alphanode/check"
	"alphanode/fleet"
	"alphanode/server/settings"
	"alphanode/store/disk"
)

// checkFlags are what check is asked.
type checkFlags struct {
	url, opsURL, against    string
	keyFile, againstKeyFile string
	config                  string
	withData                bool // --data was given
	fleet                   fleetFlags
}

func (c *commandLine) check() *cobra.Command {
	var f checkFlags
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Go through the security and deployment checklist",
		Long: "Check goes through what a safe deployment has: of the data directory, of the settings that serve would have here, with --url\n" +
			"of a running server, and with --fleet of a fleet and its replicas. With --against it holds the settings and headers of two servers against each other instead.\n" +
			"It only reads. It ends with 1 where there is a finding; warnings do not make it fail, and what could not be looked at is\n" +
			"skipped with the reason. A key (of the scope admin) is sent to the servers that are named alone, and not without TLS but to\n" +
			"this machine.",
		Args: arguments(0, 0, "none: what is checked is named with --data and --url"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if f.against != "" && f.url == "" {
				return usageError{errors.New("--against: found no --url, expected the other server there")}
			}
			if err := f.fleet.check(); err != nil {
				return err
			}
			c.fleet = f.fleet.url()
			f.withData = cmd.Flags().Changed("data") || os.Getenv(dataVariable) != ""
			found, err := c.findings(cmd.Context(), f)
			if err != nil {
				return usageError{fmt.Errorf("check: %w", err)}
			}
			return c.tellFindings(found)
		},
	}
	cmd.Flags().StringVar(&f.url, "url", "", "the address of a running server, as readers know it")
	cmd.Flags().StringVar(&f.opsURL, "ops-url", "", "its address for operators, such as http://127.0.0.1:8081")
	cmd.Flags().StringVar(&f.against, "against", "", "another server, to compare with that of --url")
	cmd.Flags().StringVar(&f.keyFile, "key-file", "", "a `file` with an admin key of the servers: it shows what is answered to a key, and the settings")
	cmd.Flags().StringVar(&f.againstKeyFile, "against-key-file", "", "a `file` with the key of the server of --against, where that is another")
	cmd.Flags().StringVar(&f.config, "config", os.Getenv(settings.FileVariable), "the `file` of settings that serve is started with")
	f.fleet.add(cmd, false)
	c.jsonFlag(cmd)
	return cmd
}

// findings asks what the flags name. An error is one of the flags.
func (c *commandLine) findings(ctx context.Context, f checkFlags) ([]check.Finding, error) {
	key, err := readKey(f.keyFile)
	if err != nil {
		return nil, fmt.Errorf("--key-file: %w", err)
	}
	if f.against != "" {
		other := key
		if f.againstKeyFile != "" {
			if other, err = readKey(f.againstKeyFile); err != nil {
				return nil, fmt.Errorf("--against-key-file: %w", err)
			}
		}
		return (&check.Compared{URL: f.url, Key: key, OpsURL: f.opsURL, Against: f.against, AgainstKey: other}).Run(ctx)
	}
	var all []check.Finding
	server := check.Server{URL: f.url, OpsURL: f.opsURL, Key: key, Now: time.Now()}
	if _, err := os.Stat(c.data); f.withData || f.url == "" && c.fleet == "" || err == nil {
		data := check.Data{Dir: c.data, ConfigFile: f.config, Now: server.Now, Command: c.again}
		data.Settings, data.SettingsErr = settings.Read(settings.Sources{Environ: os.Environ(), Others: []string{dataVariable}, File: f.config})
		all, server.Drafts = data.Run(ctx), data.Drafts(ctx)
	} else {
		all = append(all, check.Finding{ID: "data.directory", Severity: check.Skipped, About: c.data, Found: "it is not on this machine: name it with --data"})
	}
	if c.fleet != "" {
		all = append(all, c.checkFleet(ctx, &f.fleet)...)
	}
	if f.url == "" {
		return append(all, check.Finding{ID: "server.answers", Severity: check.Skipped, Found: "no server is named: --url"}), nil
	}
	found, err := server.Run(ctx)
	return append(all, found...), err
}

// checkFleet asks a fleet and its replicas.
func (c *commandLine) checkFleet(ctx context.Context, f *fleetFlags) []check.Finding {
	named := check.Fleet{URL: f.url(), Credentials: *f.connection["fleet-credentials"], TLS: *f.connection["fleet-ca"] != "" || *f.connection["fleet-cert"] != "", Command: c.again}
	named.Audit = func(ctx context.Context) (audit *fleet.Audit, err error) {
		err = c.look(ctx, f, func(m *fleet.Member) error {
			audit, err = m.Audit(ctx, rollTime)
			return err
		})
		return audit, err
	}
	return named.Run(ctx)
}

// readKey reads the first line of a file, "" where no file is named. The error never
// repeats what is in the file.
func readKey(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	file, err := disk.OpenRegular(path, os.O_RDONLY, 0)
	if err != nil {
		return "", err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, 4096))
	if err != nil {
		return "", err
	}
	line, _, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	line = strings.TrimSpace(line)
	for _, prefix := range []string{"Authorization:", "Bearer "} { // as curl takes it from a file
		line = strings.TrimSpace(strings.TrimPrefix(line, prefix))
	}
	if line == "" || strings.ContainsFunc(line, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", fmt.Errorf("%s: found no key, expected one line with a key that alphanode key add has given", path)
	}
	return line, nil
}

// tellFindings prints findings. The command fails where one must be mended.
func (c *commandLine) tellFindings(all []check.Finding) error {
	counts := check.Count(all)
	if c.json {
		if err := c.printJSON(struct {
			Findings []check.Finding        `json:"findings"`
			Counts   map[check.Severity]int `json:"counts"`
		}{all, counts}); err != nil {
			return err
		}
	} else {
		err := c.printTable("RESULT\tCHECK\tFOUND", func(line func(string, ...any)) {
			for _, f := range all {
				found := f.Found
				if f.About != "" {
					found = f.About + ": " + found
				}
				line("%s\t%s\t%s", string(f.Severity), f.ID, found)
				if f.Severity == check.OK || f.Severity == check.Skipped {
					continue
				}
				if f.Expected != "" {
					line("\t\texpected: %s", f.Expected)
				}
				if f.Do != "" {
					line("\t\tto do: %s", f.Do)
				}
			}
		})
		if err != nil {
			return err
		}
		fmt.Fprintf(c.Out, "findings: %d, warnings: %d, ok: %d, skipped: %d\n", counts[check.Fault], counts[check.Warning], counts[check.OK], counts[check.Skipped])
	}
	if counts[check.Fault] > 0 {
		return errReported
	}
	return nil
}
