package trace

// Window is the part of a listing that a page shows.
type Window struct{ window }

// Window reads Limit and Cursor. Errors: FIELD_INVALID.
func (o Options) Window() (Window, error) {
	w, err := o.window()
	return Window{w}, err
}

// Holds reports whether the page shows a row, by its position in the whole listing.
func (w Window) Holds(i int) bool { return w.holds(i) }

// Next is the cursor of the page after this one, empty when the listing has no more than total rows.
func (w Window) Next(total int) string { return w.next(total) }
