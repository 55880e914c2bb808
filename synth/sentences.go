package synth

// subject is one line of thought: a heading it can stand under and sentences
// that can follow one another in any choice. {technology}, {problem}, {tool},
// {stack} and {area} are filled in.
type subject struct {
	headings  []string
	sentences []string
}

// intros open an article.
var intros = []string{
	"most trouble with {technology} comes from habits, not from code. this article walks through {problem} {scenario} and keeps to what can be checked.",
	"{problem} sounds like a small task until it meets real traffic. here is how to plan it in {technology} {scenario}, one step at a time.",
	"teams that run {technology} well tend to do a few plain things every week. we look at {problem} {scenario} and write those things down.",
	"there is no clever trick in this text. it shows {problem} in {technology} {scenario}, with numbers before opinions.",
	"this is a working note about {problem}. the setting is {technology} {scenario}, and every step can be undone.",
	"if {technology} is part of your {area} stack, sooner or later {problem} lands on your desk. these pages describe a calm way through it {scenario}.",
	"readers do not see {technology}, they see pages that load or do not. with that in mind we treat {problem} {scenario} as a question of service.",
	"before anything is rewritten, it helps to know what happens today. we start there and then move to {problem} in {technology} {scenario}.",
}

// subjects are what articles talk about.
var subjects = []subject{
	{
		headings: []string{"start with numbers", "the baseline", "what to measure"},
		sentences: []string{
			"write down the median and the slowest percent of requests before touching {technology}.",
			"a baseline taken on a quiet morning says little, so record a busy hour as well.",
			"count the errors next to the response times, because a fast failure also looks fast.",
			"note how often the cache answers and how often the store has to.",
			"keep the raw figures with the ticket, since a chart without its data cannot be checked later.",
			"if {tool} already reports a number, use that number instead of building a second one.",
			"name the unit of every figure; milliseconds and seconds have been confused before.",
			"two runs that differ by a third tell you about the noise, not about the change.",
			"agree on one graph that decides, and let the others be context.",
			"when a figure is missing, add one log line and wait a day rather than guess.",
			"the cost of a measurement belongs to the measurement, so watch what {tool} itself uses.",
		},
	},
	{
		headings: []string{"one change at a time", "the smallest step", "how to proceed"},
		sentences: []string{
			"change a single setting, look at the graph, and only then reach for the next one.",
			"a small step that can be explained beats a large one that merely works.",
			"put the change behind a switch if {technology} offers one, and note who may flip it.",
			"when two people edit the same part of {stack}, agree on an order first.",
			"leave the clean-up for a change of its own, so that the diff shows the idea.",
			"a step that needs a long message to defend it is usually two steps.",
			"stop when the goal is met; the remaining ideas go to the list, not to production.",
			"compare with the state before, not with the hope you had.",
			"if the result surprises you, repeat it before you celebrate.",
			"for {problem} the first useful step is often the one that removes something.",
			"write the expected result down beforehand, in one sentence that can turn out wrong.",
		},
	},
	{
		headings: []string{"going back", "rollback first", "the way out"},
		sentences: []string{
			"the command that undoes the change is written before the change is made.",
			"try the way back on a copy, because a rollback that was never run is a rumour.",
			"keep the previous release on disk until the new one has seen a full day.",
			"a rollback should not need a meeting, a password nobody has, or the author.",
			"data that only the new version understands must wait until the old one is gone.",
			"put the exact line for going back into the release note, ready to be copied.",
			"if going back takes longer than going forward, treat that as a fault of the design.",
			"decide in advance which figure triggers the rollback, and who watches it.",
			"after a rollback, keep the evidence; the second attempt starts from it.",
			"in {technology} the safest rollback is to point at files that never changed.",
			"practise with the newest member of the team, who will find the gaps in the text.",
		},
	},
	{
		headings: []string{"rehearsal", "staging with a purpose", "before production"},
		sentences: []string{
			"staging earns its keep when it runs the very command that production will run.",
			"copy the settings that matter and mark the ones that differ on purpose.",
			"use data of a realistic size, for a table of ten rows hides every slow plan.",
			"let {tool} run there first and read its output in full once.",
			"a rehearsal ends with the rollback, not with the success message.",
			"write down what surprised you; surprises in staging are cheap.",
			"if staging is always broken, nobody will trust it on the day it is right.",
			"time the rehearsal, so that the maintenance window is a figure and not a wish.",
			"invite the person on call to watch once, and let them ask.",
			"staging for {technology} need not be large, but it has to be the same shape.",
			"throw the environment away afterwards and see whether it can be built again.",
		},
	},
	{
		headings: []string{"at the boundary", "checking input", "clear refusals"},
		sentences: []string{
			"check values where they enter, and let the inner code rely on them.",
			"a refusal names the field, repeats what was found and says what would have been fine.",
			"tell the caller whether trying again makes sense; most clients cannot guess.",
			"reject what is too long before reading all of it.",
			"an unknown parameter is more often a typing error than a wish for silence.",
			"keep one place in {technology} that knows the rules, and test it with a table of bad input.",
			"dates deserve special care, because the thirtieth of february parses in more libraries than one would like.",
			"collect all faults of a record and report them together, so that fixing takes one round.",
			"log the refusal without the secret that came with it.",
			"when rules change, old records have to be read still; plan for both.",
			"a limit that nobody can look up feels like a bug to the one who meets it.",
		},
	},
	{
		headings: []string{"caching with care", "what may be stale", "cache notes"},
		sentences: []string{
			"ask first how old an answer may be, and only then where to keep it.",
			"purge the page that changed and its lists, never the whole site out of caution.",
			"the key of a cached answer must hold everything that the answer depends on.",
			"private answers do not belong in a shared cache, however short their life.",
			"a cache that hides a slow query has postponed the work, not done it.",
			"watch the hit rate per route, since an average hides the one that matters.",
			"let the headers say what you mean, and test them with a plain command line client.",
			"after a release, warm the few pages that most readers open first.",
			"stale content for a minute is often better than an error page, if that was decided openly.",
			"for {technology}, compare the bytes of a cached and a fresh answer once a day.",
			"two layers of cache need one owner, or they will disagree in silence.",
		},
	},
	{
		headings: []string{"security notes", "quiet defaults", "a short hardening list"},
		sentences: []string{
			"secrets live in one place, are rotated on a date, and never appear in a log.",
			"give {tool} the narrowest rights that still let it work.",
			"check the response headers from outside, as a stranger would see them.",
			"an upload has a size, a type and a name, and none of the three can be trusted.",
			"the default must be the safe choice, so that forgetting a flag harms nobody.",
			"separate what editors may see from what the public may see, and test it with a draft.",
			"a dependency that is not needed is the cheapest one to secure.",
			"write down who can publish, who can roll back, and how that is revoked.",
			"run the checklist on a schedule rather than after the news.",
			"security settings hidden in unrelated code of {technology} will be lost in the next refactoring.",
			"limits on time, size and count belong to security as much as to speed.",
		},
	},
	{
		headings: []string{"fewer manual steps", "automation that stays small", "one command"},
		sentences: []string{
			"five steps in a document become one command, and the document explains the command.",
			"a script that prints what it is about to do is trusted sooner.",
			"let the tool check its surroundings and say what is missing in plain words.",
			"idempotent steps can be repeated after an interruption, which is when they matter.",
			"put the command next to the code it serves, where a search will find it.",
			"use {tool} for what it does well and keep the rest in a few readable lines.",
			"exit codes are part of the interface; a failed step must not look like success.",
			"automation without an owner decays, so add a name to the header.",
			"a dry run that shows the difference saves more time than a faster run.",
			"remove the old way once the new one works, or both will be used.",
			"every machine of the team should be able to run the build of {technology} from nothing.",
		},
	},
	{
		headings: []string{"keeping it readable", "maintenance", "for the next person"},
		sentences: []string{
			"choose names that a colleague from another team would choose as well.",
			"a short function with one purpose outlives the framework around it.",
			"comments should say why, because the code already says what.",
			"keep decisions about content apart from decisions about servers.",
			"an abstraction with one user is a guess about the future.",
			"delete the branch of the code that no route reaches; history remembers it.",
			"documentation that is run by a test stays true for longer.",
			"when {stack} offers a boring feature that fits, take it.",
			"leave a note about what was tried and did not help.",
			"a change that is easy to review is reviewed; a large one is approved.",
			"the surface that others depend on should be small enough to list on one page.",
		},
	},
	{
		headings: []string{"seeing what happens", "logs and signals", "observability"},
		sentences: []string{
			"one structured line per request, with route, status, duration and cache result, answers most questions.",
			"give each request an identifier and pass it along to {tool}.",
			"alerts should describe what readers feel, not what a processor does.",
			"a dashboard with thirty panels is a museum; keep the six that start a conversation.",
			"mark every release on the graphs, so that nobody has to correlate by memory.",
			"count calls to the store per request, for that number grows unnoticed.",
			"sample the ordinary and keep all of the unusual.",
			"check that the signal fires by causing the fault on purpose.",
			"traces help most where {technology} waits for something it does not own.",
			"old alerts that nobody acted on are noise with a history; retire them.",
			"write the question next to the panel that answers it.",
		},
	},
	{
		headings: []string{"handling data", "records and migrations", "data before code"},
		sentences: []string{
			"know how many records there are and how large the largest is.",
			"a migration that can stop half way must be able to go on from there.",
			"read the old form and the new form for a while, and write only the new one.",
			"verify the copy by count and by checksum before the original is touched.",
			"import in a stream; memory should not grow with the archive.",
			"keep unknown fields instead of dropping them, somebody put them there.",
			"an index that nobody queries still costs every write.",
			"export what you imported and compare, byte by byte if you can.",
			"numbers that look like identifiers should be kept as they were written.",
			"for {problem}, decide which record wins when two claim the same name.",
			"test with empty lists, missing dates and names in other scripts.",
		},
	},
	{
		headings: []string{"working as a team", "review and ownership", "agreements"},
		sentences: []string{
			"a review asks three things: is it needed, can it break, and how do we get back.",
			"write the owner, the expected result and the way back in the same place.",
			"content is reviewed before it is indexed, and the flag for that is visible.",
			"agree on what done means before the work starts.",
			"rotate who releases, so that the steps are known to more than one person.",
			"questions that come up twice belong in the guide.",
			"the person on call may stop a release without giving reasons first.",
			"keep the meeting short by sending the figures the day before.",
			"a decision with its alternatives written down is easier to change later.",
			"new colleagues should be able to run {technology} on the first day.",
			"thank whoever deletes code that worked but was not used.",
		},
	},
}

// closings end an article, under the heading “final notes”.
var closings = []string{
	"the measure of success is dull: {technology} keeps serving, the figures hold, and the next change is easier than this one.",
	"keep the commands, the numbers and the open questions of {problem} together, so that the next person does not start from nothing.",
	"nothing here depends on talent. it depends on measuring, on small steps, and on a way back that was tried.",
	"if only one habit stays, let it be the baseline before the change; it settles most arguments about {technology}.",
	"come back in a month, compare with the first figures, and remove what turned out not to be needed.",
	"a result that somebody else can repeat {scenario} is worth more than a faster one that nobody understands.",
}

// quotes are set apart in some articles.
var quotes = []string{
	"a number without its conditions is a rumour.",
	"the second rollback is always calmer than the first.",
	"what cannot be switched off should not be switched on.",
	"boring systems are the ones people dare to change.",
	"every limit needs an error message that explains it.",
}

// checks are the lines of implementation checklists.
var checks = []string{
	"record a baseline", "name an owner", "inspect response headers", "run the rehearsal", "test with a draft",
	"purge one route only", "compare before and after", "write the way back", "check the error rate", "review the diff twice",
	"verify the backup", "limit the input size", "look at the slowest percent", "update the runbook", "tell the people on call",
	"remove the old switch", "confirm the permissions", "count store calls", "try a cold cache", "note open questions",
}

// orderedSteps are the steps of a release, in order.
var orderedSteps = []string{
	"build the release aside", "verify it", "publish it on staging", "run the rollback once", "publish it", "watch the figures",
}

// summaries are the “summary” of the meta box.
var summaries = []string{
	"a technical summary of {problem} in {technology}: how to measure it, which defaults are safe and how to go back.",
	"what to check when {problem} in {technology}, from the first baseline to a tested rollback.",
	"{problem} with {technology} {scenario}, told in small steps with figures and a way out.",
	"a compact overview of {problem} for teams that run {technology} in production.",
}

// briefs are the “ai brief” of the meta box.
var briefs = []string{
	"written in the manner of a careful engineering draft: reasons first, then checks, then the way back.",
	"a generated draft that lists operational checks and does not promise one command for every case.",
	"this text imitates an internal guide; it explains the change, the figures to watch and the limits of the advice.",
}

// actions are the recommended action of the outline.
var actions = []string{
	"measure, change one thing, keep the way back", "rehearse on staging, then publish", "validate early and explain refusals",
	"purge only what changed", "write the decision down with its figures",
}

// noteLines stand at the end of the meta box.
var noteLines = []string{
	"lists in the meta box are shown as lists",
	"the view count is made up and serves to fill the field",
	"generated for import and load tests; to be reviewed before it is indexed",
	"images are placeholders with stable addresses",
}

// imageIDs are the last parts of image addresses.
var imageIDs = []string{
	"desk-4410", "rack-2087", "cables-0931", "screen-7754", "board-1206", "notebook-3349", "window-8812", "lamp-5573",
	"shelf-6028", "keyboard-9190", "corridor-1477", "whiteboard-2695",
}
