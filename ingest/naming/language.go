package naming

import (
	"strings"

	"golang.org/x/text/language"
)

// Language reads a language as sources write it (`pt_BR`, `zh-cn`, `en_US.UTF-8`,
// `de_DE_formal`) and gives its BCP 47 tag in its usual case. It is empty for what is no
// tag of a language that is registered.
func Language(value string) string {
	value, _, _ = strings.Cut(strings.TrimSpace(value), ".") // a character set
	value, _, _ = strings.Cut(value, "@")
	for value != "" {
		tag, err := language.Raw.Parse(value)
		if err == nil {
			if _, confidence := tag.Base(); confidence == language.No || strings.HasPrefix(tag.String(), "und") {
				return ""
			}
			return tag.String()
		}
		// What stands behind a language and a region may be a name that only its
		// system knows.
		cut := strings.LastIndexAny(value, "-_")
		if cut < 0 || strings.IndexAny(value, "-_") == cut {
			return ""
		}
		value = value[:cut]
	}
	return ""
}

// LanguageSuffix is what goes behind the slug of a post in another language than the
// archive's own: `-fr`, `-zh-cn`. It is empty where either is not known, and where the
// slug ends so already.
func LanguageSuffix(slug, tag, own string) string {
	if tag == "" || own == "" || strings.EqualFold(tag, own) {
		return ""
	}
	suffix := "-" + strings.ToLower(tag)
	if strings.HasSuffix(strings.ToLower(slug), suffix) {
		return ""
	}
	return suffix
}
