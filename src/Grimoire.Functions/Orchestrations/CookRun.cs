using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Functions.Activities;
using Microsoft.DurableTask;

namespace Grimoire.Functions.Orchestrations;

/// <summary>
/// The course of one generation of a cook. Each piece is a cast of its own, started by an activity; how it has ended comes as an event, which its last activity
/// raises. So a cook may continue as new at any time: what runs does not belong to its history.
/// </summary>
sealed class CookRun(TaskOrchestrationContext context, CookOrder order) : IDisposable
{
    /// <summary>Pieces that end in one history, and tries to begin some while a limit of the account is reached.</summary>
    const int MaxTurns = 250;

    /// <summary>Pieces that are begun by one activity.</summary>
    const int MaxBatch = 25;

    /// <summary>Tries to begin a piece before it fails: after half a minute.</summary>
    const int MaxTries = 6;

    /// <summary>An event may be lost with the worker that should have raised it: so often it is looked whether one was.</summary>
    static readonly TimeSpan Look = TimeSpan.FromMinutes(2);

    static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    /// <summary>A limit may be free again when a piece ends, which is heard; or when something else of the account does, which is not: so often it is tried.</summary>
    static readonly TimeSpan FirstHold = TimeSpan.FromSeconds(2);

    static readonly TimeSpan LongestHold = TimeSpan.FromSeconds(30);

    readonly CancellationTokenSource _over = new();
    CookCourse? _course;
    CookStart? _start;

    CookCourse Course => _course ?? throw new InvalidOperationException("The cook has not begun.");

    public void Dispose() => _over.Dispose();

    public async Task<CookOutcome?> RunAsync()
    {
        try
        {
            return await CastPiecesAsync();
        }
        catch (TaskFailedException thrown) when (_course is not null)
        {
            // Bookkeeping has failed for as long as it is retried: the cook ends with that as its reason, as far as that can still be written. What runs goes on.
            _course = Course with { Failure = Course.Failure ?? Failures.Of(thrown, Phase.Store) };
            return await FinishAsync();
        }
        finally
        {
            _over.CancelHere();
            Dispose();
        }
    }

    async Task<CookOutcome?> CastPiecesAsync()
    {
        _start = await CallAsync<CookStart>(nameof(StartCook), order);
        _course = order.Course ?? new CookCourse(_start.Plan, order.Progress);

        // None of these waits is ever cancelled: a cancelled wait would swallow the event that it waited for.
        var ended = context.WaitForExternalEvent<PieceEnd>(PieceEnd.EventName);
        var asked = context.WaitForExternalEvent<CastControl>(CastControl.EventName);
        var look = Later();
        var again = Task.CompletedTask;
        var (hold, turns) = (FirstHold, 0);
        List<CastEvent> news = [.. order.News];
        while (true)
        {
            while (asked.IsCompleted)
            {
                Take(asked, news);
                asked = context.WaitForExternalEvent<CastControl>(CastControl.EventName);
            }

            while (ended.IsCompleted)
            {
                if (ended.Exception is null)
                {
                    turns += End(ended.Result, news);
                    again = Task.CompletedTask;
                }

                ended = context.WaitForExternalEvent<PieceEnd>(PieceEnd.EventName);
            }

            _course = Course.WithinBudget();
            Report(Course.IsPaused ? CastStatus.Paused : CastStatus.Running);
            if (turns >= MaxTurns && !Course.IsOver)
            {
                // Here, where nothing has come that was not taken: what a wait has been given does not come along into the next history.
                context.ContinueAsNew(order with { Course = Course, News = news });
                return null;
            }

            await RecordAsync(news);
            news.Clear();
            if (Course.IsOver)
            {
                return await FinishAsync();
            }

            if (Course.MayBegin > 0 && again.IsCompleted)
            {
                var (next, wasHeld) = (Course.Next, Course.Hold is not null);
                await BeginAsync(news);
                if (Course.Hold is not null)
                {
                    hold = Course.Next > next || !wasHeld ? FirstHold : Longer(hold);
                    again = context.CreateTimer(context.CurrentUtcDateTime + hold, _over.Token);
                    turns++;
                }
            }
            else if (await Task.WhenAny([ended, asked, look, .. Course.MayBegin > 0 ? new[] { again } : []]) == look)
            {
                await LookAsync();
                look = Later();
            }
        }
    }

    static TimeSpan Longer(TimeSpan hold) => hold * 2 < LongestHold ? hold * 2 : LongestHold;

    Task Later() => context.CreateTimer(context.CurrentUtcDateTime + Look, _over.Token);

    void Take(Task<CastControl> asked, List<CastEvent> news)
    {
        if (asked.Exception is not null)
        {
            // What cannot be read is no reason to end a cook.
            return;
        }

        var control = asked.Result;
        switch (control.Action)
        {
            case CastAction.Pause when Course.Pause() is { } paused:
                _course = paused;
                news.Add(CookEvents.Turned(CookEvents.Paused, context.CurrentUtcDateTime, order.Generation, paused.Turns, control.Reason));
                break;
            case CastAction.Resume when Course.Resume() is { } resumed:
                _course = resumed;
                news.Add(CookEvents.Turned(CookEvents.Resumed, context.CurrentUtcDateTime, order.Generation, resumed.Turns, control.Reason));
                break;
            case CastAction.Cancel when Course.Cancel(control.Reason) is { } cancelled:
                _course = cancelled;
                foreach (var running in Course.Running)
                {
                    context.SendEvent(CookIds.PieceOf(order.CookId, running.Piece, order.Generation), CastControl.EventName, new CastControl(CastAction.Cancel, Reason: "Its cook was cancelled."));
                }

                break;
        }
    }

    /// <returns>1, or 0 if that was known.</returns>
    int End(PieceEnd end, List<CastEvent> news)
    {
        if (Course.End(end, context.CurrentUtcDateTime) is not { } next)
        {
            return 0;
        }

        _course = next;
        news.Add(CookEvents.OfEnd(end, context.CurrentUtcDateTime));
        return 1;
    }

    /// <summary>Begins as many pieces as may. One that cannot be begun is tried again for a while, and then fails, for the reason that it could not; no other is cast in its place.</summary>
    async Task BeginAsync(List<CastEvent> news)
    {
        var pause = FirstPause;
        for (var attempt = 1; ; attempt++)
        {
            var begun = await CallAsync<PiecesBegun>(
                nameof(StartPieces), new PieceBatch(order.CookId, order.Generation, Course.Next, Math.Min(Course.MayBegin, MaxBatch), Course.PieceBudgetUsd));
            _course = Course.Begin(begun.Pieces, context.CurrentUtcDateTime);
            HoldUp(begun.Wait, news);
            if (begun.Trouble is not { } trouble || begun.Pieces.Count > 0)
            {
                // What is left is for the next turn.
                return;
            }

            if (attempt == MaxTries)
            {
                var end = new PieceEnd(trouble.Piece, order.Generation, CastStatus.Failed, 0) { Code = trouble.Failure.Code, Message = trouble.Failure.Message };
                _course = Course.Begin([trouble.Piece], context.CurrentUtcDateTime).End(end, context.CurrentUtcDateTime)!;
                await CallAsync<bool>(nameof(LosePiece), new LostPiece(order.CookId, end, trouble.Failure));
                return;
            }

            await context.CreateTimer(context.CurrentUtcDateTime + pause, CancellationToken.None);
            pause *= 2;
        }
    }

    /// <summary>Told when it begins and when it is over, not each time that it is tried in between.</summary>
    void HoldUp(PieceWait? wait, List<CastEvent> news)
    {
        var next = wait is not null ? Course.HeldUp(wait.Code, wait.Message, context.CurrentUtcDateTime)
            : Course.Hold is not null ? Course with { Hold = null }
            : null;
        if (next is not null)
        {
            _course = next;
            news.Add(CookEvents.OfHold(next, context.CurrentUtcDateTime));
        }
    }

    /// <summary>Nothing was heard for a while: ends of which nobody has told are taken from what the casts have left behind.</summary>
    async Task LookAsync()
    {
        var ends = await CallAsync<IReadOnlyList<PieceEnd>>(nameof(CheckPieces), new PieceQuestion(order.CookId, order.Generation, [.. Course.Running.Select(running => running.Piece)]));
        var news = new List<CastEvent>();
        foreach (var end in ends)
        {
            End(end, news);
        }

        await RecordAsync(news);
    }

    async Task<CookOutcome> FinishAsync()
    {
        var outcome = await CallAsync<CookOutcome>(nameof(FinishCook), new CookEnd(order.CookId, Course.Outcome()));
        Report(outcome.Status, outcome.Failure);
        return outcome;
    }

    Task RecordAsync(List<CastEvent> news) => news.Count == 0 ? Task.CompletedTask : CallAsync<bool>(nameof(RecordEvents), new EventBatch(order.CookId, news));

    Task<T> CallAsync<T>(string activity, object input) => context.CallActivityAsync<T>(activity, input, Policies.Bookkeeping);

    void Report(CastStatus state, Failure? failure = null)
    {
        var why = failure ?? Course.Failure;
        context.SetCustomStatus(new CookReport(state, _start!.Spell, order.Generation, Course.Progress)
        {
            Name = CastReport.Name(_start.Name),
            Error = why is null ? null : CastReport.Sentence(why.Message),
            Code = CastReport.Name(why?.Code),
            HeldBy = Course.Hold?.Code,
        });
    }
}
