package text

// twins are letters that no decomposition folds, by what they are written as in
// letters that all have: for Latin ones as CLDR's transform Latin-ASCII has it, and
// ə as Azerbaijani without its letters does.
var twins = func() map[rune]string {
	all := map[rune]string{}
	for written, same := range map[string]string{
		"æ": "ae", "œɶ": "oe", "ꜳ": "aa", "ꜵ": "ao", "ꜷ": "au", "ꜹꜻ": "av", "ꜽ": "ay", "ꝏ": "oo", "ƣ": "oi",
		"þꝥꝧᵺ": "th", "ƕ": "hv", "ȸ": "db", "ȹ": "qp", "ʣʥ": "dz", "ʦ": "ts", "ʪ": "ls", "ʫ": "lz", "ᵫ": "ue", "ỻ": "ll", "ꝡ": "vy",
		"ⱥᶏᴀ": "a", "ƀƃɓᵬᶀʙ": "b", "ƈȼɕᴄ": "c", "ðđɖɗƌȡᵭᶁᶑꝱꝺᴅ": "d", "ɇɛᶒᶓⱸǝəᴇ": "e", "ƒᵮᶂꝼꜰ": "f", "ɠǥɡᶃɢ": "g", "ħɦɧⱨʜ": "h",
		"ıɨɪᶖᵻɩ": "i", "ȷɉɟʝᴊ": "j", "ƙⱪꝁꝃꝅᶄᴋ": "k", "łƚȴɫɬɭⱡꝇꝉᶅꝲʟ": "l", "ɱᵯᶆꝳᴍ": "m", "ŋɲƞȵɳᵰᶇꝴɴ": "n", "ⱺꝋꝍᴏɵɔ": "o",
		"ƥᵱᵽᶈꝑꝓꝕᴘ": "p", "ĸɋʠꝗꝙ": "q", "ɍɼɽɾᵲᵳᶉꝵʀ": "r", "ȿʂᵴᶊꜱẜẝ": "s", "ŧƫƭʈȶᵵⱦꝷᴛ": "t", "ʉᵾᶙᴜ": "u", "ʋᶌⱱⱴꝟỽᴠ": "v", "ⱳᴡ": "w",
		"ß": "ss", "ς": "σ", "ᶍ": "x", "ƴɏỿʏ": "y", "ƶȥɀʐʑᵶᶎⱬᴢ": "z",
		"ٱ": "ا", "ىیېےۍ": "ي", "کڪ": "ك", "ةەہۃ": "ه",
	} {
		for _, r := range written {
			all[r] = same
		}
	}
	return all
}()
