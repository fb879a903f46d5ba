using System.Text.Json;
using DurableTask.Core.Exceptions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Embedded.Functions.DurableHttp;

/// <summary>Starts instances, for the first time or again, and waits for them if asked to.</summary>
internal sealed class InstanceStarts(DurableTaskClient client, DurableHttpSettings settings, InstanceQueries queries, TimeProvider time)
{
    /// <summary>As on the official host; the engine itself would take longer ones.</summary>
    const int LongestInstanceId = 256;

    const string SecondsToNextLook = "10";

    public async Task StartAsync(HttpContext context, string name, string? instanceId)
    {
        TimeSpan? patience = PatienceOf(context);
        string? version = new DurableQuery(context.Request).Text("version");
        CheckName(name);
        CheckId(instanceId);
        string text = await RequestBody.ReadTextAsync(context.Request).ConfigureAwait(false);
        string? input = text.Length == 0 ? null : RequestBody.CheckJson(text);
        string id;
        try
        {
            var options = new StartOrchestrationOptions(instanceId) { Version = version is null ? null : new TaskVersion(version) };
            id = await client.ScheduleNewOrchestrationInstanceAsync(name, input, options, context.RequestAborted).ConfigureAwait(false);
        }
        catch (OrchestrationAlreadyExistsException e)
        {
            throw new BadDurableRequestException(e.Message, StatusCodes.Status409Conflict);
        }

        await AnswerAsync(context, id, patience).ConfigureAwait(false);
    }

    public async Task RestartAsync(HttpContext context, string instanceId)
    {
        TimeSpan? patience = PatienceOf(context);
        bool withNewId = new DurableQuery(context.Request).Flag("restartWithNewInstanceId") ?? true;

        // The official host answers 400 here, where it says 404 to all other commands.
        OrchestrationMetadata old = await client.GetInstanceAsync(instanceId, context.RequestAborted).ConfigureAwait(false)
            ?? throw new BadDurableRequestException(
                $"InstanceId does not match a valid orchestration instance: there is no '{instanceId}' in this task hub.");
        CheckName(old.Name);
        string id;
        try
        {
            id = await client.RestartAsync(instanceId, withNewId, context.RequestAborted).ConfigureAwait(false);
        }
        catch (InvalidOperationException e) when (e is not ObjectDisposedException)
        {
            throw new BadDurableRequestException(
                $"A non-terminal instance with this instance ID already exists. {e.Message}", StatusCodes.Status409Conflict);
        }

        await AnswerAsync(context, id, patience).ConfigureAwait(false);
    }

    /// <summary>How long to wait for the end; null for not at all.</summary>
    static TimeSpan? PatienceOf(HttpContext context)
    {
        var query = new DurableQuery(context.Request);
        TimeSpan? timeout = query.Seconds("timeout");

        // The engine tells when an instance ends, so that nothing is polled; the rule is kept for the callers that rely on it.
        return timeout is not null && query.Seconds("pollingInterval") > timeout
            ? throw new BadDurableRequestException("The query parameter 'pollingInterval' must not be longer than 'timeout'.")
            : timeout;
    }

    static void CheckId(string? instanceId)
    {
        if (instanceId is null)
        {
            return;
        }

        if (instanceId.Length > LongestInstanceId)
        {
            throw new BadDurableRequestException(
                $"Instance ID lengths must not exceed {LongestInstanceId} characters; this one has {instanceId.Length}.");
        }

        if (instanceId.StartsWith('@'))
        {
            throw new BadDurableRequestException("Orchestration instance ids must not start with @: those are entities.");
        }

        if (instanceId.Any(c => c is '/' or '\\' or '?' or '#' || char.IsControl(c)))
        {
            throw new BadDurableRequestException("Orchestration instance ids must not contain /, \\, #, ?, or control characters.");
        }
    }

    void CheckName(string name)
    {
        if (settings.Orchestrators is { } known && !known.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            throw new BadDurableRequestException(
                $"The function '{name}' doesn't exist, is disabled, or is not an orchestrator function. "
                + (known.Count == 0
                    ? "No orchestrator functions are currently registered!"
                    : $"The following are the known orchestrator functions: '{string.Join("', '", known.Order(StringComparer.Ordinal))}'."));
        }
    }

    async Task AnswerAsync(HttpContext context, string id, TimeSpan? patience)
    {
        OrchestrationMetadata? ended = patience is null ? null : await EndOfAsync(context, id, patience.Value).ConfigureAwait(false);
        if (ended is null)
        {
            await AnswerUrlsAsync(context, id).ConfigureAwait(false);
        }
        else if (ended.RuntimeStatus == OrchestrationRuntimeStatus.Completed)
        {
            await Answer.JsonAsync(context, StatusCodes.Status200OK, writer => InstanceJson.WriteOutput(writer, ended)).ConfigureAwait(false);
        }
        else
        {
            await queries.StatusAsync(context, id).ConfigureAwait(false);
        }
    }

    async Task<OrchestrationMetadata?> EndOfAsync(HttpContext context, string id, TimeSpan patience)
    {
        using var timeout = new CancellationTokenSource(patience, time);

        // When the host stops, the caller is told where to look instead of being kept until it is cut off.
        CancellationToken stopping = context.RequestServices.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, context.RequestAborted, stopping);
        try
        {
            return await client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            return null;
        }
    }

    Task AnswerUrlsAsync(HttpContext context, string id)
    {
        // The host and scheme are those of the request as the host has it: forwarded headers of configured proxies are in them
        // already, and those of anybody else must not be, or the key in these URLs would go where the sender of the headers wants.
        HttpRequest request = context.Request;
        int end = (request.PathBase + request.Path).Value!.IndexOf(ManagementUrls.ApiPath, StringComparison.OrdinalIgnoreCase);
        string basePath = (request.PathBase + request.Path).Value![..Math.Max(end, 0)];
        string api = UriHelper.BuildAbsolute(request.Scheme, request.Host, basePath, ManagementUrls.ApiPath);
        var urls = new ManagementUrls(api, id, settings.ManagementQuery);
        context.Response.Headers.Location = urls.Status;
        context.Response.Headers.RetryAfter = SecondsToNextLook;
        return Answer.JsonAsync(context, StatusCodes.Status202Accepted, writer => WriteUrls(writer, urls));
    }

    static void WriteUrls(Utf8JsonWriter writer, ManagementUrls urls)
    {
        writer.WriteStartObject();
        writer.WriteString("id", urls.InstanceId);
        writer.WriteString("statusQueryGetUri", urls.Status);
        writer.WriteString("sendEventPostUri", urls.SendEvent);
        writer.WriteString("terminatePostUri", urls.Terminate);
        writer.WriteString("rewindPostUri", urls.Rewind);
        writer.WriteString("purgeHistoryDeleteUri", urls.Purge);
        writer.WriteString("restartPostUri", urls.Restart);
        writer.WriteString("suspendPostUri", urls.Suspend);
        writer.WriteString("resumePostUri", urls.Resume);
        writer.WriteEndObject();
    }
}
