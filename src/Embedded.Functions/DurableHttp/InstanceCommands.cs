using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;

namespace Embedded.Functions.DurableHttp;

/// <summary>Tells running instances what to do, and failed ones to go on. What is answered 202 is stored.</summary>
internal sealed class InstanceCommands(DurableTaskClient client)
{
    public async Task RaiseEventAsync(HttpContext context, string instanceId, string eventName)
    {
        await FindUnfinishedAsync(context, instanceId).ConfigureAwait(false);
        if (!RequestBody.IsJson(context.Request))
        {
            throw new BadDurableRequestException(
                "Only application/json request content is supported: send the event's payload as JSON, with that Content-Type.");
        }

        string payload = RequestBody.CheckJson(await RequestBody.ReadTextAsync(context.Request).ConfigureAwait(false));
        await client.RaiseEventAsync(instanceId, eventName, payload, context.RequestAborted).ConfigureAwait(false);
        await Answer.AcceptedAsync(context).ConfigureAwait(false);
    }

    public async Task TerminateAsync(HttpContext context, string instanceId)
    {
        await FindUnfinishedAsync(context, instanceId).ConfigureAwait(false);

        // As JSON, so that an app can read the output as the string that it is.
        string? output = VerbatimJson.OfText(ReasonOf(context));
        await client.TerminateInstanceAsync(
            instanceId, new TerminateInstanceOptions { Output = output }, context.RequestAborted).ConfigureAwait(false);
        await Answer.AcceptedAsync(context).ConfigureAwait(false);
    }

    public async Task SuspendAsync(HttpContext context, string instanceId)
    {
        await FindUnfinishedAsync(context, instanceId).ConfigureAwait(false);
        await client.SuspendInstanceAsync(instanceId, ReasonOf(context), context.RequestAborted).ConfigureAwait(false);
        await Answer.AcceptedAsync(context).ConfigureAwait(false);
    }

    public async Task ResumeAsync(HttpContext context, string instanceId)
    {
        await FindUnfinishedAsync(context, instanceId).ConfigureAwait(false);
        await client.ResumeInstanceAsync(instanceId, ReasonOf(context), context.RequestAborted).ConfigureAwait(false);
        await Answer.AcceptedAsync(context).ConfigureAwait(false);
    }

    public async Task RewindAsync(HttpContext context, string instanceId)
    {
        OrchestrationMetadata instance = await FindAsync(context, instanceId).ConfigureAwait(false);
        if (instance.RuntimeStatus != OrchestrationRuntimeStatus.Failed)
        {
            throw CannotRewind($"The instance '{instanceId}' is {instance.RuntimeStatus}: only a failed one can be rewound.");
        }

        try
        {
            await client.RewindInstanceAsync(instanceId, ReasonOf(context) ?? string.Empty, context.RequestAborted).ConfigureAwait(false);
        }
        catch (InvalidOperationException e) when (e is not ObjectDisposedException)
        {
            // It was rewound by somebody else meanwhile, or failed in a way that there is no way back from.
            throw CannotRewind(e.Message);
        }

        await Answer.AcceptedAsync(context).ConfigureAwait(false);
    }

    static BadDurableRequestException CannotRewind(string reason) => new(reason, StatusCodes.Status412PreconditionFailed);

    static string? ReasonOf(HttpContext context) => new DurableQuery(context.Request).Text("reason");

    async Task<OrchestrationMetadata> FindAsync(HttpContext context, string instanceId) =>
        await client.GetInstanceAsync(instanceId, context.RequestAborted).ConfigureAwait(false)
            ?? throw BadDurableRequestException.NoInstance(instanceId);

    async Task FindUnfinishedAsync(HttpContext context, string instanceId)
    {
        OrchestrationMetadata instance = await FindAsync(context, instanceId).ConfigureAwait(false);
        if (instance.IsCompleted)
        {
            throw new BadDurableRequestException(
                $"The instance '{instanceId}' has ended ({instance.RuntimeStatus}).", StatusCodes.Status410Gone);
        }
    }
}
