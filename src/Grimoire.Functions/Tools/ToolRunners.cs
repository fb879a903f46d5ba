using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Telemetry;
using Grimoire.Schemas;
using Grimoire.Tools;
using Microsoft.Extensions.Logging;

namespace Grimoire.Functions.Tools;

/// <summary>
/// The one way to call a tool. It finds the runner, bounds the call in time and number, turns whatever goes wrong into a failure that says what,
/// takes secrets out of what comes back, and checks the output against what the tool declares.
/// </summary>
public sealed class ToolRunners : IDisposable
{
    readonly IToolRunner[] _runners;
    readonly ToolGates _gates;
    readonly OutputGuard _output;
    readonly Secrets _secrets;
    readonly ToolsOptions _options;
    readonly TimeProvider _time;
    readonly ILogger<ToolRunners> _logger;

    public ToolRunners(
        IEnumerable<IToolRunner> runners,
        JsonSchemas schemas,
        Secrets secrets,
        ToolsOptions options,
        TimeProvider time,
        ILogger<ToolRunners> logger)
    {
        _runners = [.. runners];
        _gates = new ToolGates(options, time);
        _output = new OutputGuard(schemas);
        _secrets = secrets;
        _options = options;
        _time = time;
        _logger = logger;
    }

    /// <summary>Whether there is a runner for a kind.</summary>
    public bool Runs(string kind) => Find(kind) is not null;

    /// <summary>True if a tool of this kind calls nothing outside, so that an attempt whose worker died may simply be made again.</summary>
    public bool IsPure(string kind) => Find(kind)?.IsPure ?? false;

    /// <summary>By tool that has been called: whether calls are let through.</summary>
    public IReadOnlyDictionary<string, BreakerState> Breakers() => _gates.Breakers();

    /// <summary>When to ask again, if a call of a tool that is to be waited for would not be let through now; null if it may be made.</summary>
    public DateTimeOffset? AskAgainAt(string account, ToolDefinition tool)
    {
        ArgumentNullException.ThrowIfNull(tool);
        return tool.Limits.WhenOpen == WhenOpen.Wait && Find(tool.Kind) is { IsPure: false } ? _gates.For(account, tool).AskAgainAt() : null;
    }

    /// <summary>How long one call of a tool may take. Of a tool that starts jobs, what it says is for the job.</summary>
    public TimeSpan TimeoutOf(ToolDefinition tool) => tool is { Job: null, Timeout: { } own } && own > TimeSpan.Zero ? own : _options.DefaultTimeout;

    /// <summary>One attempt, as a result whatever happens: with what it has cost until then if <paramref name="cancellation"/> is cancelled.</summary>
    public async Task<ToolResult> RunAsync(ToolCall call, CancellationToken cancellation)
    {
        if (Find(call.Tool.Kind) is not { } runner)
        {
            return Placed(call, ToolResult.Failed(
                "tool.unknownKind",
                $"The tool '{call.Tool.Id}' is of kind '{call.Tool.Kind}', which no runner of this app takes.",
                transient: false,
                new JsonObject { ["kind"] = call.Tool.Kind }));
        }

        ToolTraceHandler.Enter(Traces.OfAttempt(call.Trace, call.Attempt));
        ToolResult result;
        try
        {
            result = runner.IsPure
                ? await AttemptAsync(runner, call, cancellation, cancellation).ConfigureAwait(false)
                : await InTimeAsync(runner, call, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            result = ToolResult.Failed(Codes.Stopped, $"'{call.Tool.Id}' was stopped before it had ended.", transient: true);
        }

        var clean = _secrets.Redactor.Result(call.Bill.On(result));

        // What answers the end of a job is no output.
        return Placed(call, call.Job is { IsOver: true } ? clean : _output.Check(call.Tool, clean, _secrets.Redactor));
    }

    async Task<ToolResult> InTimeAsync(IToolRunner runner, ToolCall call, CancellationToken cancellation)
    {
        var timeout = TimeoutOf(call.Tool);
        using var alarm = new CancellationTokenSource(timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, alarm.Token);
        var begun = false;
        try
        {
            var result = await _gates.For(call.Account, call.Tool).RunAsync(
                async token =>
                {
                    begun = true;
                    return await AttemptAsync(runner, call, token, cancellation).ConfigureAwait(false);
                },
                either.Token).ConfigureAwait(false);

            // A job that runs is not given up because it cannot be asked about just now.
            return !begun && result.Failure is { } refused && call.Tool.Limits.WhenOpen == WhenOpen.Fail && call.Job is null
                ? result with { Failure = refused with { Transient = false } }
                : result;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested && !begun)
        {
            return ToolResult.Failed(
                "tool.busy",
                $"'{call.Tool.Id}' had as many calls in flight as it may have, for all of the {timeout.TotalSeconds:0.###} seconds of this attempt.",
                transient: true);
        }
    }

    /// <summary>The call itself, as a result whatever happens, unless the app stops.</summary>
    async Task<ToolResult> AttemptAsync(IToolRunner runner, ToolCall call, CancellationToken attempt, CancellationToken app)
    {
        Task<ToolResult>? running = null;
        try
        {
            running = runner.RunAsync(call, attempt);

            // A runner that does not listen is left behind: the attempt is over, whatever it still does.
            return await running.WaitAsync(attempt).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (app.IsCancellationRequested)
        {
            ObserveLate(running, call);
            throw;
        }
        catch (OperationCanceledException) when (attempt.IsCancellationRequested)
        {
            ObserveLate(running, call);
            var timeout = TimeoutOf(call.Tool);
            return ToolResult.Failed(
                "tool.timeout",
                $"'{call.Tool.Id}' did not end within {timeout.TotalSeconds:0.###} seconds.",
                transient: true,
                new JsonObject { ["timeout"] = System.Xml.XmlConvert.ToString(timeout) });
        }
        catch (ToolFailedException failed)
        {
            return new ToolResult { Failure = failed.Failure };
        }
        catch (StorageException away)
        {
            return new ToolResult { Failure = new Failure { Code = Codes.StorageUnavailable, Message = away.Message, Phase = Phase.Store, Transient = true } };
        }
        catch (Exception unexpected)
        {
            var redactor = _secrets.Redactor;
            Log.Crashed(
                _logger, call.Tool.Id, call.Attempt.CastId, call.Attempt.Place, call.Attempt.Number, redactor.Text(unexpected.ToString()));
            return ToolResult.Failed(
                "tool.crashed",
                $"The runner of '{call.Tool.Id}' broke down: {unexpected.GetType().Name}: {unexpected.Message}",
                transient: false,
                new JsonObject { ["exception"] = unexpected.GetType().FullName });
        }
    }

    /// <summary>What a runner that was left behind throws later is logged, and does not end the process.</summary>
    void ObserveLate(Task<ToolResult>? running, ToolCall call) => _ = running?.ContinueWith(
        (late, _) =>
        {
            if (late.Exception?.InnerException is not (null or ToolFailedException))
            {
                Log.CrashedLate(_logger, call.Tool.Id, _secrets.Redactor.Text(late.Exception.InnerException.ToString()));
            }
        },
        null,
        CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted,
        TaskScheduler.Default);

    public void Dispose() => _gates.Dispose();

    static ToolResult Placed(ToolCall call, ToolResult result) => result.Failure is { } failure
        ? result with { Failure = failure.In(call.Attempt.Step, call.Attempt.Item, call.Attempt.Number, call.Tool.Id) }
        : result;

    IToolRunner? Find(string kind) => Array.Find(_runners, runner => runner.Runs(kind));
}
