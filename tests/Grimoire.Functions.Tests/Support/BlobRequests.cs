using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Grimoire.Tests.Shared;

namespace Grimoire.Functions.Tests.Support;

/// <summary>The requests that a client sends to Azurite: remembered, and answered by a test where it wants to.</summary>
sealed class BlobRequests(string container) : HttpPipelinePolicy
{
    readonly ConcurrentQueue<string> _sent = new();

    /// <summary>As in "PUT a/b.json?comp=appendblock".</summary>
    public IReadOnlyList<string> Sent => [.. _sent];

    /// <summary>The error code with which a request is refused (409), or null to send it.</summary>
    public Func<string, string?> Refuse { get; set; } = _ => null;

    public BlobContainerClient Client()
    {
        var options = new BlobClientOptions { Retry = { MaxRetries = 0, NetworkTimeout = TimeSpan.FromSeconds(20) } };
        options.AddPolicy(this, HttpPipelinePosition.PerCall);
        return new BlobContainerClient(AzuriteFactAttribute.Connection, container, options);
    }

    public void Clear() => _sent.Clear();

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => ProcessNext(message, pipeline);

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        var uri = message.Request.Uri.ToUri();
        var path = Uri.UnescapeDataString(uri.AbsolutePath).Split('/', 4);
        var request = $"{message.Request.Method} {(path.Length > 3 ? path[3] : "")}{uri.Query}";
        _sent.Enqueue(request);
        if (Refuse(request) is { } code)
        {
            message.Response = new Refusal(code);
            return;
        }

        await ProcessNextAsync(message, pipeline);
    }

    sealed class Refusal(string code) : Response
    {
        public override int Status => 409;

        public override string ReasonPhrase => "Conflict";

        public override Stream? ContentStream { get; set; } = Body(code);

        public override string ClientRequestId { get; set; } = "";

        public override void Dispose()
        {
        }

        /// <summary>The client looks into the body of an answer that has not come through all of its pipeline.</summary>
        static MemoryStream Body(string code)
        {
            var body = BinaryData.FromObjectAsJson(new { error = new { code, message = "Refused by the test." } }).ToArray();
            return new MemoryStream(body, 0, body.Length, writable: false, publiclyVisible: true);
        }

        protected override bool ContainsHeader(string name) => name == "x-ms-error-code";

        protected override IEnumerable<HttpHeader> EnumerateHeaders() => [new HttpHeader("x-ms-error-code", code)];

        protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value)
        {
            value = ContainsHeader(name) ? code : null;
            return value is not null;
        }

        protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
        {
            values = ContainsHeader(name) ? [code] : null;
            return values is not null;
        }
    }
}
