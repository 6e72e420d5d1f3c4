import { beforeEach, expect, test } from 'vitest'
import { morph } from './morph.js'

const fresh = (html) => new DOMParser().parseFromString(html, 'text/html').body.firstElementChild

const become = (html) => morph(document.getElementById('part'), fresh(html))

beforeEach(() => {
  document.body.innerHTML = ''
})

test('what is the same stays the very same node, with the focus', () => {
  document.body.innerHTML = '<div id="part"><form id="f"><input id="a" type="checkbox" name="brand"><b>3</b></form></div>'
  const box = document.getElementById('a')
  box.focus()

  become('<div id="part"><p id="chips">Apple</p><form id="f"><input id="a" type="checkbox" name="brand" checked><b>1</b></form></div>')

  expect(document.getElementById('a')).toBe(box)
  expect(document.activeElement).toBe(box)
  expect(box.checked).toBe(true)
  expect(document.getElementById('part').textContent).toBe('Apple1')
})

test('children without a name that stood in the way are gone, and the named one has not moved', () => {
  document.body.innerHTML = '<div id="part"><p>old</p> <form id="f"><input id="a"></form></div>'
  document.getElementById('a').focus()

  become('<div id="part"><form id="f"><input id="a"></form></div>')

  expect(document.getElementById('part').innerHTML).toBe('<form id="f"><input id="a"></form>')
  expect(document.activeElement.id).toBe('a')
})

test('named children follow their new order', () => {
  document.body.innerHTML = '<ul id="part"><li id="x">x</li><li id="y">y</li><li id="z">z</li></ul>'
  const z = document.getElementById('z')

  become('<ul id="part"><li id="z">z</li><li id="w">w</li><li id="x">x</li></ul>')

  expect([...document.querySelectorAll('li')].map((item) => item.id)).toEqual(['z', 'w', 'x'])
  expect(document.getElementById('z')).toBe(z)
})

test('a box that was ticked by hand follows the page', () => {
  document.body.innerHTML = '<div id="part"><input id="a" type="checkbox"><select id="s"><option>1</option><option>2</option></select></div>'
  document.getElementById('a').checked = true
  document.getElementById('s').value = '2'

  become('<div id="part"><input id="a" type="checkbox"><select id="s"><option selected>1</option><option>2</option></select></div>')

  expect(document.getElementById('a').checked).toBe(false)
  expect(document.getElementById('s').value).toBe('1')
})

test('what is being typed is left alone, a field beside it is not', () => {
  document.body.innerHTML = '<div id="part"><input id="a"><input id="b"></div>'
  document.getElementById('a').value = '12'
  document.getElementById('b').value = '34'
  document.getElementById('a').focus()

  become('<div id="part"><input id="a" value="1"><input id="b" value=""></div>')

  expect([document.getElementById('a').value, document.getElementById('b').value]).toEqual(['12', ''])
})

test('what a visitor opened stays open', () => {
  document.body.innerHTML = '<div id="part"><details id="d" open><summary>Brand</summary></details></div>'

  become('<div id="part"><details id="d"><summary>Brand</summary></details></div>')

  expect(document.getElementById('d').open).toBe(true)
})

test('an island is mounted anew, and what is to be kept is not touched', () => {
  document.body.innerHTML = '<div id="part"><p data-island="A" data-mounted>vue</p><input data-untouched value="x"></div>'

  become('<div id="part"><p data-island="A">server</p><input data-untouched value=""></div>')

  expect(document.querySelector('p').outerHTML).toBe('<p data-island="A">server</p>')
  expect(document.querySelector('input').value).toBe('x')
})
