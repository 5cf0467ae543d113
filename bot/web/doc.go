// Package web is the page on which people ask, and on which a citation opens:
// an http.Handler that renders a chat.Message and the articles as HTML.
//
//	GET  /?q=QUESTION        asks as a chat does, and shows the answer
//	GET  /a/{id}?r=N#pM      revision N of an article, its passage M marked
//	GET  /style-HASH.css     and /icon-HASH.svg: the files of the page, embedded
//	GET  /robots.txt         keeps search engines away
//	GET  /login, POST /login, POST /logout   of a private page
//
// M is the number of a passage as corpus.PassageAt gives it, from 0. ?l=vi or
// ?l=en chooses the language of the page; else the browser does.
//
// There is no script: everything is links and forms, and the passage that a
// citation means is marked by :target. Nothing is loaded from elsewhere. All text
// goes through html/template, after package chat has made invisible and direction
// changing characters visible.
package web
