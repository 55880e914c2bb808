// Comfort only: the pages of operations work without this file.
'use strict'
{
  const main = document.querySelector('main')
  const every = main.querySelector('[data-every]')?.dataset.every
  const get = async address => {
    const answer = await fetch(address, { headers: { Accept: 'text/html' }, cache: 'no-store' })
    if (!answer.ok && answer.status !== 401) throw new Error(answer.statusText)
    return new DOMParser().parseFromString(await answer.text(), 'text/html')
  }

  // While the page is in sight, its parts are swapped every few seconds for those of the same address. Nothing is taken from under who
  // types, or reads what they opened or selected.
  const busy = () => document.hidden || main.querySelector('details[open], .confirm') || document.activeElement?.matches('input, textarea, select') ||
    !getSelection().isCollapsed
  const focusable = 'a, button, summary, [tabindex]'

  function swap(old, fresh) { // what has focus keeps it, and a table stays where it was scrolled to
    if (old.innerHTML === fresh.innerHTML) return
    const at = [...old.querySelectorAll(focusable)].indexOf(document.activeElement)
    old.replaceChildren(...fresh.childNodes)
    if (at >= 0) old.querySelectorAll(focusable)[at]?.focus({ preventScroll: true })
  }

  async function renew() {
    if (busy()) return
    const page = await get(location.href)
    if (busy()) return
    if (!page.querySelector('[data-every]')) return location.reload() // such as of who was signed out
    document.title = page.title
    for (const old of main.querySelectorAll('[data-swap]')) {
      const fresh = page.querySelector(`[data-swap="${old.dataset.swap}"]`)
      if (fresh) swap(old, fresh)
    }
  }

  if (every) {
    for (const word of main.querySelectorAll('[data-scripted]')) word.hidden = false
    const later = () => setTimeout(() => renew().catch(() => {}).finally(later), every * 1000) // a server that is gone may come back
    later()
  }

  // The page that confirms an act opens in place, below its release.
  main.addEventListener('click', async event => {
    const link = event.target.closest('[data-opens]')
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    const form = await get(link.href).then(page => page.querySelector('.confirm:has(#confirm)'), () => null)
    if (!form) return location.assign(link.href)
    main.querySelector('.confirm')?.remove()
    const title = document.createElement('h3')
    title.id = 'confirm-title'
    title.textContent = form.querySelector('h1').textContent
    form.querySelector('h1').replaceWith(title)
    link.closest('li').append(form)
    form.querySelector('#confirm').focus()
  })
}
