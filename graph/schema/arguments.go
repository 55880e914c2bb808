package schema

import "context"

// ArgumentReader reads the arguments of a field, as they stand in a request, into
// what the resolvers take.
type ArgumentReader func(ctx context.Context, given map[string]any) (map[string]any, error)

// Arguments has that of every field with arguments, by the name of its type and
// its own. The generated code has no other name for them that another room could use.
var Arguments = func() map[string]ArgumentReader {
	ec := &executionContext{} // which these never look into
	return map[string]ArgumentReader{
		"Query.node":            ec.field_Query_node_args,
		"Query.nodes":           ec.field_Query_nodes_args,
		"Query.post":            ec.field_Query_post_args,
		"Query.postByReference": ec.field_Query_postByReference_args,
		"Query.postByUrl":       ec.field_Query_postByUrl_args,
		"Query.posts":           ec.field_Query_posts_args,
		"Query.search":          ec.field_Query_search_args,
		"Query.explainSearch":   ec.field_Query_explainSearch_args,
		"Query.suggest":         ec.field_Query_suggest_args,
		"Query.similarPosts":    ec.field_Query_similarPosts_args,
		"Query.entity":          ec.field_Query_entity_args,
		"Query.entities":        ec.field_Query_entities_args,
		"Query.entityTypes":     ec.field_Query_entityTypes_args,
		"Query.tool":            ec.field_Query_tool_args,
		"Query.tools":           ec.field_Query_tools_args,
		"Query.facets":          ec.field_Query_facets_args,
		"Query.ranges":          ec.field_Query_ranges_args,
		"Query.scores":          ec.field_Query_scores_args,
		"Query.scoreGroups":     ec.field_Query_scoreGroups_args,
		"Query.suggestions":     ec.field_Query_suggestions_args,
		"Query.changes":         ec.field_Query_changes_args,
		"Post.similar":          ec.field_Post_similar_args,
		"Entity.posts":          ec.field_Entity_posts_args,
		"Entity.related":        ec.field_Entity_related_args,
		"Tool.posts":            ec.field_Tool_posts_args,
		"Tool.related":          ec.field_Tool_related_args,

		"Query.scoreGroupsConnection": ec.field_Query_scoreGroupsConnection_args,

		"Query.__type":      ec.field_Query___type_args,
		"__Type.fields":     ec.field___Type_fields_args,
		"__Type.enumValues": ec.field___Type_enumValues_args,
		"__Field.args":      ec.field___Field_args_args,
		"__Directive.args":  ec.field___Directive_args_args,
	}
}()
