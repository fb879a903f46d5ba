namespace Microsoft.Azure.Functions.Worker.Http;

/// <summary>Finds the HTTP request of an invocation.</summary>
public interface IHttpRequestDataFeature
{
    /// <summary>The request; <see langword="null"/> if something else than HTTP triggered the invocation.</summary>
    ValueTask<HttpRequestData?> GetHttpRequestDataAsync(FunctionContext context);
}
