using System.Net;
using Azure.Core.Serialization;
using Embedded.Functions.DurableHttp;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Answers HTTP requests with what is needed to follow an instance.</summary>
public static class DurableTaskClientExtensions
{
    /// <summary>
    /// Waits until the instance has ended and answers with its state; if the token is cancelled before, with the URLs to manage it by.
    /// </summary>
    /// <param name="client">The client.</param>
    /// <param name="request">The request to answer.</param>
    /// <param name="instanceId">The instance.</param>
    /// <param name="retryInterval">Without effect on the embedded host, which need not poll.</param>
    /// <param name="returnInternalServerErrorOnFailure">Whether the status is 500 if the instance failed.</param>
    /// <param name="getInputsAndOutputs">Whether the answer has the input, output and custom status too.</param>
    /// <param name="cancellation">Ends the wait. It is no error.</param>
    public static async Task<HttpResponseData> WaitForCompletionOrCreateCheckStatusResponseAsync(
        this DurableTaskClient client,
        HttpRequestData request,
        string instanceId,
        TimeSpan? retryInterval = null,
        bool returnInternalServerErrorOnFailure = false,
        bool getInputsAndOutputs = false,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(request);
        OrchestrationMetadata instance;
        try
        {
            instance = await client.WaitForInstanceCompletionAsync(instanceId, getInputsAndOutputs, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return await client.CreateCheckStatusResponseAsync(request, instanceId, CancellationToken.None).ConfigureAwait(false);
        }

        bool failed = instance.RuntimeStatus == OrchestrationRuntimeStatus.Failed;
        HttpResponseData response = request.CreateResponse(
            failed && returnInternalServerErrorOnFailure ? HttpStatusCode.InternalServerError : HttpStatusCode.OK);
        await response.WriteAsJsonAsync(
            new
            {
                instance.Name,
                instance.InstanceId,
                instance.CreatedAt,
                instance.LastUpdatedAt,
                RuntimeStatus = instance.RuntimeStatus.ToString(),
                instance.SerializedInput,
                instance.SerializedOutput,
                instance.SerializedCustomStatus,
            },
            CancellationToken.None).ConfigureAwait(false);
        return response;
    }

    /// <summary>Answers 202 with the URLs to manage the instance by.</summary>
    public static Task<HttpResponseData> CreateCheckStatusResponseAsync(
        this DurableTaskClient client, HttpRequestData request, string instanceId, CancellationToken cancellation = default) =>
        client.CreateCheckStatusResponseAsync(request, instanceId, HttpStatusCode.Accepted, cancellation);

    /// <summary>Answers with the URLs to manage the instance by.</summary>
    public static async Task<HttpResponseData> CreateCheckStatusResponseAsync(
        this DurableTaskClient client,
        HttpRequestData request,
        string instanceId,
        HttpStatusCode statusCode,
        CancellationToken cancellation = default)
    {
        (HttpResponseData response, HttpManagementPayload payload, ObjectSerializer serializer) =
            Prepare(client, request, instanceId, statusCode);
        await serializer.SerializeAsync(response.Body, payload, typeof(HttpManagementPayload), cancellation).ConfigureAwait(false);
        return response;
    }

    /// <inheritdoc cref="CreateCheckStatusResponseAsync(DurableTaskClient, HttpRequestData, string, CancellationToken)"/>
    public static HttpResponseData CreateCheckStatusResponse(
        this DurableTaskClient client, HttpRequestData request, string instanceId, CancellationToken cancellation = default) =>
        client.CreateCheckStatusResponse(request, instanceId, HttpStatusCode.Accepted, cancellation);

    /// <inheritdoc cref="CreateCheckStatusResponseAsync(DurableTaskClient, HttpRequestData, string, HttpStatusCode, CancellationToken)"/>
    public static HttpResponseData CreateCheckStatusResponse(
        this DurableTaskClient client,
        HttpRequestData request,
        string instanceId,
        HttpStatusCode statusCode,
        CancellationToken cancellation = default)
    {
        (HttpResponseData response, HttpManagementPayload payload, ObjectSerializer serializer) =
            Prepare(client, request, instanceId, statusCode);
        serializer.Serialize(response.Body, payload, typeof(HttpManagementPayload), cancellation);
        return response;
    }

    /// <summary>Gives the URLs to manage the instance by.</summary>
    /// <param name="client">The client.</param>
    /// <param name="instanceId">The instance.</param>
    /// <param name="request">A request whose scheme and host the URLs get; null for those that the host knows itself by.</param>
    /// <exception cref="InvalidOperationException">There is no request, and the client was not handed out by a Functions host.</exception>
    public static HttpManagementPayload CreateHttpManagementPayload(
        this DurableTaskClient client, string instanceId, HttpRequestData? request = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        if (string.IsNullOrEmpty(instanceId))
        {
            throw new ArgumentException("InstanceId cannot be null or empty.", nameof(instanceId));
        }

        ManagementUrls urls = UrlsOf(client, instanceId, request);
        return new HttpManagementPayload
        {
            Id = instanceId,
            PurgeHistoryDeleteUri = urls.Purge,
            SendEventPostUri = urls.SendEvent,
            StatusQueryGetUri = urls.Status,
            TerminatePostUri = urls.Terminate,
            SuspendPostUri = urls.Suspend,
            ResumePostUri = urls.Resume,
        };
    }

    static (HttpResponseData Response, HttpManagementPayload Payload, ObjectSerializer Serializer) Prepare(
        DurableTaskClient client, HttpRequestData request, string instanceId, HttpStatusCode statusCode)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(request);
        HttpManagementPayload payload = client.CreateHttpManagementPayload(instanceId, request);
        HttpResponseData response = request.CreateResponse(statusCode);
        response.Headers.Add("Location", payload.StatusQueryGetUri);
        response.Headers.Add("Content-Type", "application/json");
        return (response, payload, WorkerSerializer.Of(response.FunctionContext));
    }

    static ManagementUrls UrlsOf(DurableTaskClient client, string instanceId, HttpRequestData? request)
    {
        var functions = client as FunctionsDurableTaskClient;

        // The official worker reads Forwarded and X-Forwarded-* here, whoever sent them: a forged one makes URLs, with the key in
        // them, that lead to a stranger's host. The embedded host applies these headers to request.Url by itself, and only those of
        // proxies that are configured, so they must not be read again.
        string? api = request is null
            ? functions?.HttpBaseUrl
            : request.Url.GetLeftPart(UriPartial.Authority) + ManagementUrls.ApiPath;
        return new ManagementUrls(
            api ?? throw new InvalidOperationException(
                "Failed to create HTTP management payload as base URL is null. Either use Functions bindings or provide an HTTP request "
                + "to create the HttpPayload."),
            instanceId,
            functions?.QueryString);
    }
}
