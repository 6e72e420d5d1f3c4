import './admin.css'
import { startPage } from './lib/page.js'

startPage()
