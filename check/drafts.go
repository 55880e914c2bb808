package check

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
)

func checkUnknownKey(x *session) Finding {
	a, err := x.get(x.ctx, "/v1/posts?limit=1", "Authorization", "Bearer alphanode_of_nobody")
	switch {
	case err != nil:
		return fault(err.Error(), "401", "")
	case a.status != http.StatusUnauthorized:
		return fault(fmt.Sprintf("a key that is none is answered with %d", a.status), "401: who believes to have a key is told", "see that a proxy in front passes Authorization on, and keeps no answer to it for others")
	}
	return right("a key that is none is refused")
}

var hidden = []string{"draft", "in-review", "archived"}

func checkDraftLists(x *session) Finding {
	if ok, why := x.open(); !ok {
		return skipped("%s", why)
	}
	for _, status := range hidden {
		target := "/v1/posts?limit=1&status=" + status
		a, err := x.get(x.ctx, target)
		if err != nil {
			return fault(err.Error(), "an empty list", "").about(target)
		}
		var list struct {
			Data []json.RawMessage
			Page struct{ Total *int }
		}
		if err := json.Unmarshal(a.body, &list); err != nil || a.status != http.StatusOK || list.Page.Total == nil {
			return fault(fmt.Sprintf("%d, and no list", a.status), "an empty list", "").about(target)
		}
		if len(list.Data) > 0 || *list.Page.Total > 0 {
			return fault(fmt.Sprintf("%d posts that are not public, without a key", *list.Page.Total), "an empty list", "see that a proxy in front adds no key, and purge what it keeps").about(target)
		}
	}
	return right("posts that are not public are in no list")
}

// mostDrafts bounds how many slugs are tried.
const mostDrafts = 5

// checkDraftSlugs asks for posts that are there and not public. They are known from the
// data directory, or by the key.
func checkDraftSlugs(x *session) Finding {
	slugs := x.server.Drafts
	if len(slugs) == 0 {
		ok, why := x.keyed()
		if !ok {
			return skipped("no slug of a draft is known: %s, or the data directory", why)
		}
		for _, status := range hidden {
			a, err := x.withKey(x.ctx, "/v1/posts?fields=slug&limit=2&status="+status)
			var list struct{ Data []struct{ Slug string } }
			if err == nil && a.status == http.StatusOK && json.Unmarshal(a.body, &list) == nil {
				for _, post := range list.Data {
					slugs = append(slugs, post.Slug)
				}
			}
		}
	}
	if len(slugs) == 0 {
		return skipped("there is no post that is not public")
	}
	slugs = slugs[:min(len(slugs), mostDrafts)]
	none, err := x.get(x.ctx, "/v1/posts/alphanode-check-of-no-post")
	if err != nil {
		return fault(err.Error(), "404", "")
	}
	if none.status < http.StatusBadRequest { // then the same status would say nothing
		return fault(fmt.Sprintf("a post that does not exist is answered with %d", none.status), "404", "see that a proxy in front passes the status on").about("/v1/posts/alphanode-check-of-no-post")
	}
	for _, slug := range slugs {
		target := "/v1/posts/" + url.PathEscape(slug)
		a, err := x.get(x.ctx, target)
		switch {
		case err != nil:
			return fault(err.Error(), "404", "").about(target)
		case a.status != none.status:
			return fault(fmt.Sprintf("a post that is not public is answered with %d, one that does not exist with %d", a.status, none.status), "the same for both", "see that a proxy in front adds no key, and purge what it keeps").about(target)
		}
	}
	return right("%d posts that are not public are answered as if there were none", len(slugs))
}

// jsonText gives a text at the top of a JSON object, "" where there is none.
func jsonText(body []byte, name string) string {
	var object map[string]any
	if json.Unmarshal(body, &object) != nil {
		return ""
	}
	text, _ := object[name].(string)
	return text
}
