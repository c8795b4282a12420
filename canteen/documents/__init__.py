"""Papers: a page model becomes PDF and XLSX, a token becomes a QR, and a file given back is read again.

This package knows no slice. A slice fills one of the plain values of `canteen.documents.papers` and calls
`render` or `render_pdf` of `canteen.documents.rendering`.
"""
