// Starts GraphiQL with the operation of the address. A link only opens it; nothing is asked
// but the schema until somebody presses its button. Headers, where keys go, are not kept.
'use strict'
const root = document.getElementById('graphiql')
const { endpoint, pin, query, variables } = root.dataset
ReactDOM.createRoot(root).render(React.createElement(GraphiQL, {
  fetcher: GraphiQL.createFetcher({ url: endpoint, headers: pin ? { release: pin } : {} }),
  query,
  variables,
  shouldPersistHeaders: false,
}))
