using Embedded.DurableTask.Engine.History;

namespace Embedded.DurableTask.Engine;

/// <summary>
/// One instance or entity in memory. Messages are put into its mailbox from any thread; it works on them in one place at a time,
/// and takes the next ones when what came of the last ones is stored.
/// </summary>
internal abstract class Actor(Dispatcher dispatcher, string id) : IThreadPoolWorkItem
{
    readonly Lock _gate = new();
    List<Message> _mailbox = [];
    bool _readInbox;
    volatile State _state;
    int _failures;

    enum State
    {
        Idle,
        Working,
        Dead,
    }

    public string Id { get; } = id;

    /// <summary>Neighbours in <see cref="LiveSet"/>, which owns them.</summary>
    public Actor? Newer { get; set; }

    public Actor? Older { get; set; }

    protected Dispatcher Dispatcher { get; } = dispatcher;

    /// <summary>What limits how many of a kind work at once, if anything does.</summary>
    protected virtual TurnGate? Gate => null;

    /// <summary>Puts a message into the mailbox; without one, has the actor look what there is to do.</summary>
    /// <param name="message">What reached the actor.</param>
    /// <param name="readInbox">Whether to look into the inbox on disk as well.</param>
    /// <param name="onThisThread">Whether the calling thread may do the actor's work.</param>
    /// <returns>False when the actor has left memory: ask the dispatcher for its successor.</returns>
    public bool Post(Message? message, bool readInbox = false, bool onThisThread = false)
    {
        lock (_gate)
        {
            if (_state == State.Dead)
            {
                return false;
            }

            if (message is not null)
            {
                _mailbox.Add(message);
            }

            _readInbox |= readInbox;
            if (_state == State.Working)
            {
                return true;
            }

            _state = State.Working;
        }

        Dispatcher.Work.Enter();
        if (onThisThread)
        {
            Execute();
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
        }

        return true;
    }

    public void Execute()
    {
        if (Gate is not { } gate)
        {
            TakeIn();
        }
        else if (gate.TryEnter(this))
        {
            try
            {
                TakeIn();
            }
            finally
            {
                gate.Exit();
            }
        }
    }

    void TakeIn()
    {
        List<Message> messages;
        bool readInbox;
        lock (_gate)
        {
            messages = _mailbox;
            readInbox = _readInbox;
            _mailbox = [];
            _readInbox = false;
        }

        try
        {
            Work(messages, readInbox);
        }
        catch (Exception e)
        {
            // Nothing may be lost here: whatever went wrong, the messages are tried again.
            TryAgain(messages, e);
        }
    }

    /// <summary>Leaves memory, unless there is something to do.</summary>
    public bool TryEvict()
    {
        lock (_gate)
        {
            if (_state != State.Idle)
            {
                return false;
            }

            _state = State.Dead;
        }

        Dispatcher.Forget(this);
        Forget();
        return true;
    }

    /// <summary>Takes in the messages. Ends, at once or later, in exactly one <see cref="Done"/> or <see cref="TryAgain"/>.</summary>
    protected abstract void Work(List<Message> messages, bool readInbox);

    /// <summary>Drops what is only in memory, so that the next work begins with what is on disk.</summary>
    protected abstract void Forget();

    protected abstract void ReportRetry(Exception reason, TimeSpan delay);

    /// <summary>Has the next work begin with these messages. Only while the actor is at work.</summary>
    public void PutFirst(List<Message> messages)
    {
        if (messages.Count > 0)
        {
            lock (_gate)
            {
                _mailbox.InsertRange(0, messages);
            }
        }
    }

    /// <param name="leave">Whether the actor has no reason to stay in memory.</param>
    /// <param name="more">Whether there is more to do although nothing is in the mailbox.</param>
    protected void Done(bool leave, bool more = false)
    {
        _failures = 0;
        lock (_gate)
        {
            // At the end of the worker only what would be lost is still taken in; the rest is on disk.
            more = _mailbox.Count > 0 || ((_readInbox || more) && !Dispatcher.IsStopping);
            if (!more)
            {
                _state = leave ? State.Dead : State.Idle;
            }
        }

        if (more)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
            return;
        }

        if (leave)
        {
            Dispatcher.Forget(this);
        }
        else
        {
            Dispatcher.Live.Touch(this);
            if (_state == State.Dead)
            {
                // It was evicted between the two.
                Dispatcher.Live.Remove(this);
            }
        }

        Dispatcher.Work.Exit();
    }

    /// <summary>Puts the messages back and begins anew from what is on disk, after a while that grows with each failure.</summary>
    protected void TryAgain(List<Message> messages, Exception reason)
    {
        Forget();
        bool atOnce = reason is StaleTurnException;
        TimeSpan delay = atOnce ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Min(5_000, 50 * (1 << Math.Min(_failures++, 7))));
        lock (_gate)
        {
            // What is on disk is read again; what exists only here must be kept.
            _mailbox.InsertRange(0, messages.Where(m => m.Sequence == 0));
            _mailbox.RemoveAll(m => m.Sequence != 0);
            _readInbox = true;
            if (Dispatcher.IsStopping)
            {
                _state = State.Dead;
            }
        }

        if (Dispatcher.IsStopping)
        {
            // What is on disk is taken up at the next start, and an activity whose result could not be stored is run again.
            Dispatcher.Forget(this);
            Dispatcher.Work.Exit();
            return;
        }

        if (atOnce)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
        else
        {
            ReportRetry(reason, delay);
            Dispatcher.After(delay, this);
        }
    }
}

/// <summary>The turn was made from something that is no longer so: it is dropped, and begun again from what is on disk.</summary>
internal sealed class StaleTurnException(string message) : Exception(message);
