// Package php turns values as PHP's serialize() writes them into JSON. WordPress
// keeps lists and maps in its meta that way.
//
// Begin with [Decode] in decode.go; mend.go finds where texts end whose lengths
// are wrong, as search-and-replace over a database leaves them. It must not know
// WordPress, nor where a text stood. The format has no standard but the manual
// of serialize() and php_var_unserialize in PHP's source.
package php
