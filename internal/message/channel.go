package message

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Letter is what a channel is handed: the only place where number, words and link meet.
type Letter struct {
	To   string // the phone number
	Body string // the words, which are kept
	Code string // the 查询码, and the link: "" where the message carries none; never kept
	Link string
}

// Channel takes letters to citizens. A configured gateway is one; without any, messages
// wait in the outbox. Send returns nil once the letter is the channel's to deliver, an
// Undeliverable where no second try can help, and any other error where one may: it is
// tried again with a growing wait. A server that is killed between the channel's yes and
// our note of it asks a second time (Message.Tries tells): twice told is better than never,
// and of two links the newer counts.
type Channel interface {
	Name() string
	Send(ctx context.Context, letter Letter) error
}

// Undeliverable is a channel's final no: 空号, 停机, 拒收. The reason is shown to staff, so
// it is in their words and repeats no number.
type Undeliverable struct{ Reason string }

func (u Undeliverable) Error() string { return "undeliverable: " + u.Reason }

// Log is the demonstration's channel: it writes to the server's output and to a file in
// the data directory, and reaches nobody.
type Log struct {
	Out  io.Writer
	Path string
	mu   sync.Mutex
}

// Name of the channel, as pages say it.
func (*Log) Name() string { return "演示日志" }

// Send appends one line to the file and to the output.
func (l *Log) Send(_ context.Context, letter Letter) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	text := letter.Body
	if letter.Code != "" {
		text += " 查询码 " + letter.Code
	}
	text = strings.Join(strings.Fields(text+" "+letter.Link), " ")
	line := fmt.Sprintf("%s 短信 %s：%s\n", time.Now().Format(time.RFC3339), letter.To, text)
	file, err := os.OpenFile(filepath.Clean(l.Path), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("demonstration messages: %w", err)
	}
	defer file.Close()
	if _, err := file.WriteString(line); err != nil {
		return fmt.Errorf("demonstration messages: %w", err)
	}
	_, err = io.WriteString(l.Out, line)
	return err
}
