using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Embedded.Functions.Http;

/// <summary>A request as the function sees it. Its body has arrived, and can be read as often as one likes.</summary>
internal sealed class HostedHttpRequestData(HttpRequest request, Stream body, FunctionContext context) : HttpRequestData(context)
{
    public override Stream Body => body;

    public override HttpHeadersCollection Headers => field ??= new HttpHeadersCollection(
        request.Headers.Select(header => KeyValuePair.Create<string, IEnumerable<string>>(header.Key, header.Value.Select(value => value ?? string.Empty))));

    // As they came: what their values are encoded in, if in anything, is between the app and whoever set them.
    public override IReadOnlyCollection<IHttpCookie> Cookies => field ??=
    [
        .. request.Headers.Cookie.SelectMany(header => (header ?? string.Empty).Split(';', StringSplitOptions.RemoveEmptyEntries))
            .Select(cookie => cookie.Split('=', 2))
            .Select(IHttpCookie (parts) => new HttpCookie(parts[0].Trim(), parts.Length > 1 ? parts[1] : string.Empty))
            .Where(cookie => cookie.Name.Length > 0),
    ];

    public override Uri Url => field ??= new Uri(request.GetEncodedUrl());

    public override IEnumerable<ClaimsIdentity> Identities => field ??= [.. request.HttpContext.User.Identities];

    public override string Method => field ??= request.Method;

    /// <summary>Takes a copy of what is asked for later: the server uses its request again once it has been answered.</summary>
    public void Detach()
    {
        _ = Headers;
        _ = Cookies;
        _ = Url;
        _ = Identities;
        _ = Method;
    }

    public override HttpResponseData CreateResponse() => new HostedHttpResponseData(FunctionContext);
}
