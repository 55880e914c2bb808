package markdown

import (
	"path"
	"slices"
	"strings"
)

// unpublished knows which texts of an archive its generator makes no page of.
type unpublished struct {
	sites   map[string]bool // folders that are the root of a site of Jekyll, where collections stand
	bundles map[string]bool // folders of Hugo and Zola that are one page with all that is in them
}

// Folders with a line before their name that hold posts wherever they stand.
var postFolders = []string{"_posts", "_drafts", "_articles"}

// Folders with a line before their name that never hold posts, at the root of a site either.
var partFolders = []string{"_partials", "_partial", "_parts", "_snippets", "_components", "_shared", "_templates", "_common", "_fragments"}

// Files by which a generator is known.
var (
	filesOfJekyll = []string{"_config.yml", "_config.yaml", "_config.toml"}
	filesOfHugo   = []string{"hugo.toml", "hugo.yaml", "hugo.json"}
)

func findUnpublished(f Folder) *unpublished {
	u := &unpublished{sites: map[string]bool{".": true}, bundles: map[string]bool{}}
	root := path.Clean(f.Name)
	bundled := path.Base(root) == "content" && path.Base(path.Dir(root)) != "src" // which is Astro
	var pages []string
	for _, file := range f.Files {
		dir, name := path.Split(file)
		stem, _, _ := strings.Cut(name, ".")
		switch {
		case slices.Contains(filesOfJekyll, name):
			u.sites[path.Clean(dir)] = true
		case slices.Contains(filesOfHugo, name), IsPost(file) && (stem == "_index" || dir == "archetypes/"):
			bundled = true
		case IsPost(file) && stem == "index":
			pages = append(pages, file)
		}
	}
	for _, page := range pages {
		dir := path.Dir(page)
		below, inContent := strings.CutPrefix(dir, "content/")
		if (bundled || inContent) && below != "." && dir != "content" {
			u.bundles[dir] = true
		}
	}
	return u
}

// isPart reports whether a file is a part of other pages, by what its path says.
func (u *unpublished) isPart(file string) bool {
	if strings.HasPrefix(path.Base(file), "_") {
		return true
	}
	for dir := path.Dir(file); dir != "."; dir = path.Dir(dir) {
		name := path.Base(dir)
		if !strings.HasPrefix(name, "_") || slices.Contains(postFolders, name) {
			continue
		}
		if slices.Contains(partFolders, name) || !u.sites[path.Dir(dir)] {
			return true
		}
	}
	return false
}

// isResource reports whether a file belongs to the page of its folder.
func (u *unpublished) isResource(file string) bool {
	stem, _, _ := strings.Cut(path.Base(file), ".")
	return stem != "index" && u.bundles[path.Dir(file)]
}
