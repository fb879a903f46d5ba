using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Tools;

namespace Grimoire.Functions.Tools.Http;

/// <summary>Jobs of tools that do not answer at once: starting them, asking about them, taking what they have come to, ending them.</summary>
sealed class HttpJobs(HttpCalls calls, JobReader reader, Secrets secrets)
{
    public async Task<ToolResult> StartAsync(ToolCall call, RequestTemplate template, JobSettings settings, CancellationToken cancellation)
    {
        var values = new CallValues(call, secrets);
        values.Response = await calls.MessageAsync(call, template, call.Tool.Response, values, cancellation).ConfigureAwait(false);

        // Callbacks to the attempt's own address find it without the provider's id.
        var isNeeded = settings.Callback is not { RunId: null };
        var runId = CallValues.TextOf(isNeeded
            ? values.Evaluate(settings.RunId, "job.runId", Codes.ResponseMapping)
            : HttpCalls.Optional(settings.RunId, values, "job.runId"));
        if (isNeeded && settings.RunId is not null && string.IsNullOrEmpty(runId))
        {
            throw ToolFailedException.Permanent(
                Codes.ResponseMapping, $"'{call.Tool.Id}' has not said which job it has started: job.runId comes to nothing, so nobody could ever be told how it goes.");
        }

        return new ToolResult { Started = new StartedJob(runId, secrets.Redactor.Json(values.Response["body"])?.DeepClone()) };
    }

    /// <summary>What the provider says now, and what the job has come to if it says that it has ended.</summary>
    public async Task<ToolResult> AskAsync(ToolCall call, JobSettings settings, CancellationToken cancellation)
    {
        var status = settings.Status ?? throw ToolFailedException.Permanent("tool.invalid", $"Nothing says how '{call.Tool.Id}' is asked about its jobs.");
        var message = await calls.MessageAsync(call, status.Request, status.Response ?? call.Tool.Response, new CallValues(call, secrets), cancellation).ConfigureAwait(false);
        return await TakeAsync(call, settings, message, reader.Read(call, message, status.State, status.Progress), status.Response, cancellation).ConfigureAwait(false);
    }

    /// <summary>What a callback says, and what the job has come to if it says that it has ended.</summary>
    public Task<ToolResult> TakeAsync(ToolCall call, JobSettings settings, JsonObject message, CancellationToken cancellation) =>
        TakeAsync(call, settings, message, reader.Read(call, message, settings.Callback?.State, settings.Callback?.Progress), settings.Callback?.Response, cancellation);

    public async Task<ToolResult> CancelAsync(ToolCall call, JobSettings settings, CancellationToken cancellation)
    {
        if (settings.Cancel is { } template)
        {
            await calls.MessageAsync(call, template, call.Tool.Response, new CallValues(call, secrets), cancellation).ConfigureAwait(false);
        }

        return new ToolResult();
    }

    async Task<ToolResult> TakeAsync(
        ToolCall call, JobSettings settings, JsonObject message, JobReading reading, ResponseMapping? special, CancellationToken cancellation)
    {
        var values = new CallValues(call, secrets) { Response = message };
        var mapping = special ?? call.Tool.Response;
        var paid = HttpCalls.Said(mapping, values) ?? (reading.State == JobState.Succeeded ? call.Tool.Cost.Usd ?? 0 : 0);
        try
        {
            switch (reading.State)
            {
                case JobState.Succeeded:
                    var output = settings.Result is { } result
                        ? await calls.OutputAsync(call, result, mapping, values, cancellation).ConfigureAwait(false)
                        : await calls.OutputAsync(call, mapping, values, cancellation).ConfigureAwait(false);
                    return new ToolResult { Output = output, Reading = reading };
                case JobState.Failed or JobState.Cancelled:
                    call.Bill.CostUsd = paid;
                    return new ToolResult { Failure = FailureOf(call, reading, HttpCalls.ErrorOf(mapping, values), message), Reading = reading };
                default:
                    return new ToolResult { Reading = reading };
            }
        }
        catch (ToolFailedException failed)
        {
            // The job has ended, and what it has made could not be had: it has its price all the same.
            call.Bill.CostUsd = Math.Max(call.Bill.CostUsd, paid);
            return new ToolResult { Failure = failed.Failure, Reading = reading };
        }
    }

    Failure FailureOf(ToolCall call, JobReading reading, string? why, JsonObject message)
    {
        var isCancelled = reading.State == JobState.Cancelled;
        return new Failure
        {
            Code = isCancelled ? "job.cancelled" : "job.failed",
            Message = $"The job of '{call.Tool.Id}' {(isCancelled ? "was cancelled at its provider" : "has failed")} ({reading.Said}){(why is null ? "." : $": {why}")}",
            Phase = Phase.Execute,
            Transient = reading.IsTransient,
            Details = new JsonObject
            {
                ["runId"] = call.Job?.Record.RunId,
                ["state"] = reading.Said,
                ["body"] = ResponseReader.Excerpt(secrets.Redactor.Json(message["body"])?.ToJsonString(DomainJson.Options) ?? ""),
            },
        };
    }
}
