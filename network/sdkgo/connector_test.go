package main

import (
	"context"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hyperledger/fabric-sdk-go/pkg/fab/comm"
	"google.golang.org/grpc"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"
)

// Two callers wait for one dial, and the first of them leaves: the second still gets its connection.
func TestOneCallerLeavesASharedDial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		listener := bufconn.Listen(1 << 16)
		server := grpc.NewServer()
		go func() { _ = server.Serve(listener) }()
		defer server.Stop()
		cache := comm.NewCachingConnector(time.Second, time.Second)
		defer cache.Close()
		c := connector{cache}

		answering := make(chan struct{})
		options := []grpc.DialOption{
			grpc.WithTransportCredentials(insecure.NewCredentials()),
			grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) {
				select {
				case <-answering:
					return listener.DialContext(ctx)
				case <-ctx.Done():
					return nil, ctx.Err()
				}
			}),
		}
		type answer struct {
			conn *grpc.ClientConn
			err  error
		}
		dial := func() (<-chan answer, context.CancelFunc) {
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			answers := make(chan answer, 1)
			go func() {
				conn, err := c.DialContext(ctx, "peer", options...)
				answers <- answer{conn, err}
			}()
			synctest.Wait()
			return answers, cancel
		}
		first, leave := dial()
		second, cancel := dial()
		defer cancel()
		leave()
		synctest.Wait()
		close(answering)
		if a := <-second; a.err != nil {
			t.Error(a.err)
		} else if state := a.conn.GetState(); state != connectivity.Ready {
			t.Errorf("the connection is %s", state)
		}
		<-first
	})
}

// A peer that does not answer is given up at the caller's deadline.
func TestDeadlineEndsADial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cache := comm.NewCachingConnector(time.Second, time.Second)
		defer cache.Close()
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		silent := grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		})
		began := time.Now() // the time of the bubble, not the machine's
		_, err := connector{cache}.DialContext(ctx, "peer", silent, grpc.WithTransportCredentials(insecure.NewCredentials()))
		if waited := time.Since(began); err == nil || waited != 10*time.Second {
			t.Errorf("after %s: %v", waited, err)
		}
	})
}
