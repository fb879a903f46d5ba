namespace Embedded.Functions.DurableHttp;

/// <summary>The connections of the HTTP requests that orchestrations make; closed with the app.</summary>
internal sealed class DurableHttpClient : IDisposable
{
    public HttpClient Http { get; } = BuiltInHttpActivity.CreateClient();

    public void Dispose() => Http.Dispose();
}
