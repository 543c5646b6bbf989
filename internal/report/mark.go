package report

import "strings"

// markedLines breaks a foreign text into printable lines of at most limit columns, and puts a line
// of carets below the part that is marked. The line of the mark is not broken, but cut on both
// sides, so that the carets stand below it.
func markedLines(text string, mark span, limit int) []string {
	var lines []string
	offset := 0
	for line := range strings.SplitSeq(text, "\n") {
		start, end := mark.start-offset, min(mark.end-offset, len(line))
		offset += len(line) + 1
		if mark.empty() || start < 0 || start > len(line) {
			lines = append(lines, wrapLine(printable(line), limit)...)
			continue
		}
		end = max(start, end)
		lines = append(lines, underlined(printable(line[:start]), printable(line[start:end]), printable(line[end:]), limit)...)
	}
	return lines
}

// underlined is a line with carets below its middle part.
func underlined(before, marked, after string, limit int) []string {
	if columns(marked) > limit*2/3 {
		marked = cut(marked, limit*2/3)
	}
	room := limit - columns(marked)
	if columns(before) > room/2 && columns(before)+columns(after) > room {
		keep := max(room/2, room-columns(after))
		before = ellipsis + tail(before, keep-len(ellipsis))
	}
	if room -= columns(before); columns(after) > room {
		after = head(after, max(1, room-len(ellipsis))) + ellipsis
		if room < len(ellipsis)+1 {
			after = ""
		}
	}
	carets := strings.Repeat(" ", columns(before)) + strings.Repeat("^", max(1, columns(marked)))
	return []string{before + marked + after, carets}
}

// tail is the longest end of a printable text that fits into limit columns.
func tail(text string, limit int) string {
	n := columns(text)
	for i, r := range text {
		if n <= limit {
			return text[i:]
		}
		n -= runeColumns(r)
	}
	return ""
}
