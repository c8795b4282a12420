"""Papers: a page model becomes PDF and XLSX, a token becomes a QR, a file is archived with its SHA-256.

This package knows no slice. A slice fills one of the plain values of `canteen.documents.papers` and calls
`render_pdf`, `render_xlsx`, `render_card_sheet` of `canteen.documents.rendering`.
"""
