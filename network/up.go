package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"fundtrace/network/local"
	"fundtrace/network/sample"

	"github.com/spf13/cobra"
)

// start is what 'up' was asked to do.
type start struct {
	dir       string
	port      int
	orderers  int
	detach    bool
	noSample  bool
	nodesOnly bool
	report    int // file descriptor to report to, for the process in the background
}

func upCommand() *cobra.Command {
	var s start
	cmd := &cobra.Command{
		Use:   "up",
		Short: "Start the network, making it the first time",
		Long: `Start the network. The first time this builds the nodes (a few minutes), makes
keys, the channel and the demonstration users, and loads the sample data;
afterwards it takes seconds. 'up' is done when a transaction that two
organisations endorsed has been committed and the gateway serves.

Without -d it runs until Ctrl-C and then stops everything in order.`,
		Example: `  go run ./network up
  go run ./network up -d --port 0            in the background, on a free port
  go run ./network up --orderers 3           an ordering service that survives a loss
  go run ./network up --dir /tmp/second --port 9090 --no-sample`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if s.dir, err = directory(cmd); err != nil {
				return err
			}
			switch {
			case s.report != 0:
				return s.inBackground(cmd.Context())
			case s.detach:
				return s.detached(cmd.Context())
			default:
				return s.inForeground(cmd.Context())
			}
		},
	}
	flags := cmd.Flags()
	flags.BoolVarP(&s.detach, "detach", "d", false, "run in the background")
	flags.IntVar(&s.port, "port", 8080, "port of the gateway on 127.0.0.1; 0 picks a free one")
	flags.IntVar(&s.orderers, "orderers", 0, "ordering nodes of a new network, 1 or 3 (default 1)")
	flags.BoolVar(&s.noSample, "no-sample", false, "make the network without the sample data; it stays without")
	flags.BoolVar(&s.nodesOnly, "no-gateway", false, "start no gateway; run your own with the gateway.yaml in the directory")
	flags.IntVar(&s.report, "report-to", 0, "")
	if err := flags.MarkHidden("report-to"); err != nil {
		panic(err) // the flag is defined one line above
	}
	return cmd
}

// inForeground runs the network until it is told to stop.
func (s start) inForeground(ctx context.Context) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	ctx, orphaned := context.WithCancel(ctx)
	defer orphaned()
	go watchGoRun(ctx, orphaned)

	out := newConsole(os.Stdout)
	n, welcome, err := s.run(ctx, out.step)
	if err != nil {
		return err
	}
	out.print(welcome + "\nCtrl-C stops the network; 'go run ./network up' continues it.\n")
	<-ctx.Done()
	stop() // a second Ctrl-C ends this process at once, and the nodes with it
	out.step("stopping")
	if err := n.Stop(); err != nil {
		return err
	}
	out.step("stopped")
	return nil
}

// run starts the network, loads the sample and says how to use it all.
func (s start) run(ctx context.Context, report func(string)) (*local.Network, string, error) {
	o := local.Options{Dir: s.dir, Orderers: s.orderers, Gateway: !s.nodesOnly, Revive: true, Report: report}
	if s.port != 0 {
		o.GatewayAddress = net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port))
	}
	for _, u := range sample.Users() {
		o.Users = append(o.Users, local.User{Name: u.Name, Organisation: u.Organisation, Role: u.Role, Party: u.Party, Title: u.Title})
	}
	if !s.noSample {
		o.Load = func(ctx context.Context, n *local.Network) error { return loadSample(ctx, n, report) }
	}
	n, err := local.Start(ctx, o)
	if err != nil {
		return nil, "", fmt.Errorf("%w%s", err, advice(ctx, err))
	}
	logins, err := local.Logins(s.dir)
	if err != nil {
		return nil, "", errors.Join(err, n.Stop())
	}
	report("ready")
	return n, s.greeting(n.Topology(), logins), nil
}

// advice says what to do after a start that failed.
func advice(ctx context.Context, err error) string {
	if ctx.Err() != nil || errors.Is(err, local.ErrRunning) {
		return "" // it was interrupted, or the message says what to do
	}
	return "\n\nEverything that had been started is stopped again. When the cause is removed, 'up' goes on where it stopped;\nif nothing helps, 'reset' deletes this network so that 'up' can make a new one."
}

// stopLimit is how long an orderly stop may take before it is forced.
const stopLimit = 60 * time.Second

func downCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "down",
		Short: "Stop the network; its data stays",
		Example: `  go run ./network down
  go run ./network down --dir /tmp/second`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			dir, err := directory(cmd)
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), stopLimit)
			defer cancel()
			stopped, err := local.Down(ctx, dir)
			if err != nil {
				return err
			}
			if !stopped {
				fmt.Printf("No network runs in %s.\n", dir)
				return nil
			}
			fmt.Println("Stopped. 'go run ./network up' continues it.")
			return nil
		},
	}
}
