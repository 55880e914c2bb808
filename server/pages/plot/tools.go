package plot

import (
	"cmp"
	"slices"
	"strings"

	"alphanode/server/readable"
	"alphanode/store"
)

// Tools draws the tools that these posts have more often than the archive, by how much more.
// The archive has for each bucket its term, place by place, whose PostCount is of all posts;
// where it is nil the commonest tools are drawn, by number.
func Tools(here *store.Facet, archive []*store.Term, n Totals, links Links) Figure {
	if archive == nil {
		return commonTools(here, n, links)
	}
	f := Figure{
		Title: "Tools typical of these", JSON: links.JSON,
		Table: Table{Caption: "Tools of these posts", Head: []string{"tool", "here", "archive", "times"}, Wide: true},
	}
	typical := liftedTools(here, archive, n)
	few := slices.DeleteFunc(slices.Clone(typical), func(t tool) bool { return t.lift < notable || t.Count < n.Here/50 || t.Count < fewest })
	few = few[:min(len(few), mostBars)]
	for _, t := range typical {
		f.Table.Rows = append(f.Table.Rows, Row{t.Value, links.to("tool", t.Slug), []string{readable.Number(t.Count), readable.Number(t.all), Times(t.lift)}})
	}
	switch {
	case here.Distinct == 0:
		f.Finding = "None of these posts names a tool."
		return f
	case len(few) == 0:
		f.Finding = "No tool is clearly more frequent here than in the archive."
		return f
	}
	f.Finding = few[0].Value + " is " + Times(few[0].lift) + " times as frequent here as in the archive."
	if n.Here < fewest {
		return f
	}
	f.Legend = "Bar: how many times as frequent. Dashed: as frequent."
	rows := make([]barRow, len(few))
	for i, t := range few {
		rows[i] = barRow{t.Value, t.lift, 1, readable.Number(t.Count) + " · ×" + Times(t.lift)}
		f.Label += ", " + t.Value + " " + Times(t.lift) + " times"
	}
	f.Label = "tools more frequent here than in the archive: " + strings.TrimPrefix(f.Label, ", ")
	f.Marks, f.Height = drawRows(rows)
	return f
}

// notable is how many times as frequent a tool must be to be called typical.
const notable = 1.1

// tool is a bucket beside the archive.
type tool struct {
	store.Bucket
	all  int // posts of the archive that have it
	lift float64
}

// liftedTools are the tools that both sides have, those that are typical first.
func liftedTools(here *store.Facet, archive []*store.Term, n Totals) (tools []tool) {
	for i, b := range here.Buckets {
		if i >= len(archive) || archive[i] == nil || archive[i].PostCount <= 0 || n.Here <= 0 {
			continue
		}
		all := archive[i].PostCount
		lift := float64(b.Count) / float64(n.Here) * float64(n.Archive) / float64(all)
		tools = append(tools, tool{b, all, lift})
	}
	slices.SortStableFunc(tools, func(a, b tool) int { return cmp.Or(cmp.Compare(b.lift, a.lift), cmp.Compare(b.Count, a.Count)) })
	return tools
}

func commonTools(here *store.Facet, n Totals, links Links) Figure {
	f := Figure{
		Title: "Tools", JSON: links.JSON,
		Table: Table{Caption: "Posts by tool", Head: []string{"tool", "posts"}, Wide: true},
	}
	for _, b := range here.Buckets {
		f.Table.add(b.Value, links.to("tool", b.Slug), b.Count)
	}
	if len(here.Buckets) == 0 {
		f.Finding = "None of these posts names a tool."
		return f
	}
	most := here.Buckets[0]
	f.Finding = most.Value + " is in the most posts: " + readable.Number(most.Count) + " of " + readable.Number(n.Here) + "."
	if n.Here < fewest {
		return f
	}
	rows := make([]barRow, min(len(here.Buckets), mostBars))
	for i := range rows {
		b := here.Buckets[i]
		rows[i] = barRow{name: b.Value, value: float64(b.Count), label: readable.Number(b.Count)}
		f.Label += ", " + b.Value + " " + readable.Number(b.Count)
	}
	f.Label = "the commonest tools: " + strings.TrimPrefix(f.Label, ", ")
	f.Marks, f.Height = drawRows(rows)
	return f
}
