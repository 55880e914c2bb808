package synth

// technology is something an article can be about.
type technology struct {
	name     string // as it stands in a sentence: “… in python services”
	language string
	tools    []string // what people who run it work with, 4 to 8
	code     string   // a sample in the language
}

// area is a field of work and its technologies, the most written about first.
type area struct {
	name         string
	technologies []technology
}

// areas lists the fields of work, the most written about first.
var areas = []area{
	{"backend", backendTechnologies},
	{"frontend", frontendTechnologies},
	{"databases", databaseTechnologies},
	{"infrastructure", infrastructureTechnologies},
	{"content", contentTechnologies},
	{"edge", edgeTechnologies},
	{"data", dataTechnologies},
	{"observability", observabilityTechnologies},
	{"apis", apiTechnologies},
	{"systems", systemsTechnologies},
	{"mobile", mobileTechnologies},
	{"machine learning", learningTechnologies},
	{"security", securityTechnologies},
}
