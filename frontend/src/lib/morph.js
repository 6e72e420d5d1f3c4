/**
 * Make one element like another, touching only what differs.
 *
 * What is the same on both sides stays the very same node: it keeps the focus,
 * the scroll position, what was typed, and a live region announces its new
 * text. Children are matched by id, else by place and tag.
 */

// What the visitor did to an element, not what the page says about it.
const OWN_ATTRIBUTES = new Set(['open', 'inert'])

export function morph(old, fresh) {
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data
    return
  }
  if (old.nodeType !== Node.ELEMENT_NODE || old.hasAttribute('data-untouched')) return
  // An island has taken its element over: it is mounted anew.
  if (old.hasAttribute('data-island')) {
    old.replaceWith(document.adoptNode(fresh))
    return
  }
  alignAttributes(old, fresh)
  alignChildren(old, fresh)
  alignControl(old, fresh)
}

function alignAttributes(old, fresh) {
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value && !OWN_ATTRIBUTES.has(name)) old.setAttribute(name, value)
  }
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !OWN_ATTRIBUTES.has(name)) old.removeAttribute(name)
  }
}

function alignChildren(old, fresh) {
  dropUnwanted(old, fresh)
  let place = old.firstChild
  for (const node of [...fresh.childNodes]) {
    const match = matchOf(node, place, old)
    if (match) {
      place = settle(match, place, old)
      morph(match, node)
    } else {
      old.insertBefore(document.adoptNode(node), place)
    }
  }
  while (place) place = removed(place)
}

function dropUnwanted(old, fresh) {
  const wanted = new Set([...fresh.children].map((child) => child.id).filter(Boolean))
  for (const child of [...old.children]) {
    if (child.id && !wanted.has(child.id)) child.remove()
  }
}

/** Bring a kept child to its place: what stands in the way goes, because an element that is moved loses the focus. */
function settle(match, place, parent) {
  while (place && place !== match && !place.id) place = removed(place)
  if (place === match) return place.nextSibling
  parent.insertBefore(match, place)
  return place
}

function removed(node) {
  const next = node.nextSibling
  node.remove()
  return next
}

function matchOf(node, place, parent) {
  if (node.id) return [...parent.children].find((child) => child.id === node.id && child.nodeName === node.nodeName)
  return place && place.nodeName === node.nodeName && !place.id ? place : null
}

/** A control that was used no longer follows its attributes; what is being typed is left alone. */
function alignControl(old, fresh) {
  if (old.nodeName === 'INPUT') {
    if (old.checked !== fresh.checked) old.checked = fresh.checked
    if (old.value !== fresh.value && old !== document.activeElement) old.value = fresh.value
  } else if (old.nodeName === 'SELECT' && old.value !== fresh.value) {
    old.value = fresh.value
  }
}
