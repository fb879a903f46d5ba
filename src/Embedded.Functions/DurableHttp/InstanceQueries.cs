using DurableTask.Core.History;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Embedded.Functions.DurableHttp;

/// <summary>Shows and purges instances.</summary>
internal sealed class InstanceQueries(DurableTaskClient client, TimeProvider time)
{
    const string SecondsToNextLook = "5";

    public async Task ListAsync(HttpContext context)
    {
        var query = new DurableQuery(context.Request);
        bool showInput = query.Flag("showInput") ?? true;
        var filter = new OrchestrationQuery
        {
            CreatedFrom = query.Time("createdTimeFrom"),
            CreatedTo = query.Time("createdTimeTo"),
            Statuses = query.Statuses("runtimeStatus"),
            InstanceIdPrefix = query.Text("instanceIdPrefix"),
            PageSize = query.PageSize("top") ?? OrchestrationQuery.DefaultPageSize,
            ContinuationToken = query.Continuation,
            FetchInputsAndOutputs = true,
        };
        Page<OrchestrationMetadata> page =
            await FirstAsync(client.GetAllInstancesAsync(filter), context.RequestAborted).ConfigureAwait(false);
        DurableQuery.SetContinuation(context.Response, page.ContinuationToken);
        await Answer.JsonAsync(context, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartArray();
            foreach (OrchestrationMetadata instance in page.Values)
            {
                InstanceJson.Write(writer, instance, showInput);
            }

            writer.WriteEndArray();
        }).ConfigureAwait(false);
    }

    public async Task StatusAsync(HttpContext context, string instanceId)
    {
        var query = new DurableQuery(context.Request);
        bool showInput = query.Flag("showInput") ?? true;
        bool showHistory = query.Flag("showHistory") ?? false;
        bool showHistoryOutput = query.Flag("showHistoryOutput") ?? false;
        bool failsWithError = query.Flag("returnInternalServerErrorOnFailure") ?? false;
        OrchestrationMetadata instance =
            await client.GetInstanceAsync(instanceId, getInputsAndOutputs: true, context.RequestAborted).ConfigureAwait(false)
            ?? throw BadDurableRequestException.NoInstance(instanceId);

        // What has not begun has no history, and the official host shows none rather than an empty one.
        IList<HistoryEvent>? history = showHistory && instance.RuntimeStatus != OrchestrationRuntimeStatus.Pending
            ? await client.GetOrchestrationHistoryAsync(instanceId, context.RequestAborted).ConfigureAwait(false)
            : null;
        int status = StatusCodes.Status200OK;
        if (!instance.IsCompleted)
        {
            status = StatusCodes.Status202Accepted;
            context.Response.Headers.Location = context.Request.GetEncodedUrl();
            context.Response.Headers.RetryAfter = SecondsToNextLook;
        }
        else if (failsWithError && instance.RuntimeStatus == OrchestrationRuntimeStatus.Failed)
        {
            status = StatusCodes.Status500InternalServerError;
        }

        await Answer.JsonAsync(context, status, writer => InstanceJson.Write(
            writer,
            instance,
            showInput,
            history is null ? null : w => new HistoryJson(showInput, showHistoryOutput).Write(w, history))).ConfigureAwait(false);
    }

    public async Task PurgeAsync(HttpContext context, string instanceId)
    {
        if (!instanceId.StartsWith('@'))
        {
            OrchestrationMetadata instance = await client.GetInstanceAsync(instanceId, context.RequestAborted).ConfigureAwait(false)
                ?? throw BadDurableRequestException.NoInstance(instanceId);
            if (!instance.IsCompleted)
            {
                throw new BadDurableRequestException(
                    $"The instance '{instanceId}' is {instance.RuntimeStatus}: only one that has ended can be purged. Terminate it first.",
                    StatusCodes.Status412PreconditionFailed);
            }
        }

        PurgeResult result = await client.PurgeInstanceAsync(instanceId, context.RequestAborted).ConfigureAwait(false);
        await AnswerPurgedAsync(context, result).ConfigureAwait(false);
    }

    public async Task PurgeManyAsync(HttpContext context)
    {
        var query = new DurableQuery(context.Request);
        var filter = new PurgeInstancesFilter(
            query.Time("createdTimeFrom") ?? throw new BadDurableRequestException("Please provide value for 'createdTimeFrom' parameter."),
            query.Time("createdTimeTo") ?? time.GetUtcNow(),
            query.Statuses("runtimeStatus"));
        PurgeResult result = await client.PurgeAllInstancesAsync(filter, context.RequestAborted).ConfigureAwait(false);
        if (result.PurgedInstanceCount == 0)
        {
            throw new BadDurableRequestException(
                "No instance that has ended matches the filters; nothing was purged.", StatusCodes.Status404NotFound);
        }

        await AnswerPurgedAsync(context, result).ConfigureAwait(false);
    }

    /// <summary>The page that a query begins with.</summary>
    public static async Task<Page<T>> FirstAsync<T>(AsyncPageable<T> pages, CancellationToken cancellation)
        where T : notnull
    {
        await foreach (Page<T> page in pages.AsPages().WithCancellation(cancellation).ConfigureAwait(false))
        {
            return page;
        }

        return new Page<T>([]);
    }

    static Task AnswerPurgedAsync(HttpContext context, PurgeResult result) => Answer.JsonAsync(context, StatusCodes.Status200OK, writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("instancesDeleted", result.PurgedInstanceCount);
        writer.WriteEndObject();
    });
}
