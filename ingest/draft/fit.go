package draft

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"alphanode/content"
)

// fit moves to extra what does not fit its field, so that an odd name, date or address
// costs no post: a text that is too long, an image whose address nobody can read, more
// entries than a list may have.
func (d *Draft) fit() {
	p := &d.Post
	d.cutTitle()
	for i, b := range p.Body {
		p.Body[i] = d.shown(b)
	}
	p.Body = slices.DeleteFunc(p.Body, func(b content.Block) bool { return b == content.Block(content.Paragraph{}) })
	// Of entries the last one goes first, so that the places of the others stay right.
	faults := p.Validate()
	slices.Reverse(faults)
	moved := map[string]bool{}
	for _, fault := range faults {
		at := misfitPath.FindString(fault.Path)
		if at == "" || moved[at] {
			continue
		}
		moved[at] = true
		field, index := strings.TrimPrefix(at, "meta."), -1
		if i := strings.IndexByte(field, '['); i >= 0 {
			index, _ = strconv.Atoi(field[i+1 : len(field)-1]) // the pattern has digits there
			field = field[:i]
		}
		for _, value := range take(&p.Meta, field, index) {
			d.Extra(field, value)
		}
		d.Warn(0, KindMisfit, fault.Error()+"; kept in meta.extra")
	}
}

// misfitPath is the field of meta, or the entry of one, that a fault is about.
var misfitPath = regexp.MustCompile(`^meta\.[a-zA-Z]+(\[[0-9]+\])?`)

// take takes the entry of a list, or what is too much of a list, or a value, out of meta.
func take(m *content.Meta, field string, index int) []json.RawMessage {
	switch field {
	case "entities":
		return takeFrom(&m.Entities, index)
	case "images":
		return takeFrom(&m.Images, index)
	case "tools":
		return takeFrom(&m.Tools, index)
	case "stack":
		return takeFrom(&m.Stack, index)
	case "urls":
		return takeFrom(&m.URLs, index)
	case "outline":
		return takeFrom(&m.Outline, index)
	case "checklist":
		return takeFrom(&m.Checklist, index)
	case "notes":
		return takeFrom(&m.Notes, index)
	case "topic":
		return takeText(&m.Topic)
	case "codeLanguage":
		return takeText(&m.CodeLanguage)
	case "difficulty":
		return takeText(&m.Difficulty)
	case "reference":
		return takeText(&m.Reference)
	case "language":
		return takeText(&m.Language)
	default:
		return nil
	}
}

func takeFrom[T any](list *[]T, index int) (values []json.RawMessage) {
	from, to := index, index+1
	if index < 0 {
		from, to = content.MaxList, len(*list)
	}
	if to > len(*list) || from >= to {
		return nil
	}
	for _, entry := range (*list)[from:to] {
		value, err := json.Marshal(lower(entry))
		if err == nil {
			values = append(values, value)
		}
	}
	*list = slices.Delete(*list, from, to)
	return values
}

// lower gives what is written of an entry, with the names of our JSON.
func lower(entry any) any {
	switch e := entry.(type) {
	case content.Entity:
		return map[string]string{"name": e.Name, "type": e.Type}
	case content.OutlineItem:
		return map[string]string{"label": e.Label, "text": e.Text}
	case content.Image:
		return json.RawMessage(e.AppendJSON(nil))
	default:
		return e
	}
}

func takeText(text *string) []json.RawMessage {
	value := quotedJSON(*text)
	*text = ""
	return []json.RawMessage{value}
}

// cutTitle cuts a title that is longer than one may be, and keeps it whole in extra.
func (d *Draft) cutTitle() {
	if len(d.Post.Title) <= content.MaxTitle {
		return
	}
	d.Extra("title", quotedJSON(d.Post.Title))
	d.Warn(0, KindMisfit, "title: found "+strconv.Itoa(len(d.Post.Title))+" bytes, expected at most "+strconv.Itoa(content.MaxTitle)+"; kept whole in meta.extra")
	d.Post.Title = strings.TrimSpace(strings.ToValidUTF8(d.Post.Title[:content.MaxTitle-len("…")], "")) + "…"
}

// shown makes a paragraph of the words of an image whose address nobody can show.
func (d *Draft) shown(b content.Block) content.Block {
	f, ok := b.(content.Figure)
	if !ok || content.CheckImage(f.URL) == nil {
		return b
	}
	d.Lose("image without an address", 1)
	return content.Paragraph{Text: cmp.Or(f.Caption, f.Alt)}
}
