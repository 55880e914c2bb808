package command

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"alphanode/purge"
	"alphanode/server/settings"
	"alphanode/store/release"
)

// runPurge prints the purge plan of a switch from one release to another, as it
// would be posted to webhooks.
func (c *commandLine) runPurge(ctx context.Context, before, after, publicURL string, redirects bool) error {
	table := settings.Table()
	i := slices.IndexFunc(table, func(s settings.Setting) bool { return s.Name == "public-url" })
	if err := table[i].Check(publicURL); err != nil {
		return usageError{fmt.Errorf("diff: --public-url: %w", err)}
	}
	return c.withBoth(before, after, func(a, b *release.Release) error {
		site := site(strings.TrimSuffix(publicURL, "/"), nil)
		site.Redirects = redirects
		plan, err := purge.Compare(ctx, a, b, site)
		if err != nil {
			return err
		}
		if c.json {
			return c.printJSON(plan)
		}
		out := bufio.NewWriter(c.Out)
		writePlan(out, plan)
		return out.Flush()
	})
}

// writePlan writes a line for each tag, address and group, which other programs can cut
// apart.
func writePlan(out io.Writer, p *purge.Plan) {
	if p.All {
		fmt.Fprintf(out, "drop everything: more than %d tags or %d addresses\n", purge.MaxTags, purge.MaxURLs)
		return
	}
	fmt.Fprintf(out, "drop %d tags; of the addresses behind them %d can be listed\n", len(p.Tags), len(p.URLs))
	for _, tag := range p.Tags {
		say(out, "tag  %s\n", tag)
	}
	for _, address := range p.URLs {
		say(out, "url  %s\n", address)
	}
	for _, group := range p.Groups {
		fmt.Fprintf(out, "group  %s\n", group)
	}
}
