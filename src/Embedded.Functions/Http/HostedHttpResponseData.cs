using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Embedded.Functions.Http;

/// <summary>A response as the function makes it: sent when the function has ended.</summary>
internal sealed class HostedHttpResponseData(FunctionContext context) : HttpResponseData(context)
{
    readonly CookieList _cookies = new();

    public override HttpStatusCode StatusCode { get; set; } = HttpStatusCode.OK;

    public override HttpHeadersCollection Headers
    {
        get => field ??= [];
        set => field = value ?? throw new InvalidOperationException("Headers property cannot be null");
    }

    public override Stream Body
    {
        get => field ??= new MemoryStream();
        set => field = value ?? throw new InvalidOperationException("Body property cannot be null");
    }

    public override HttpCookies Cookies => _cookies;

    public IReadOnlyList<IHttpCookie> SetCookies => _cookies.All;

    sealed class CookieList : HttpCookies
    {
        readonly List<IHttpCookie> _all = [];

        public IReadOnlyList<IHttpCookie> All => _all;

        public override void Append(string name, string value)
        {
            ArgumentNullException.ThrowIfNull(name);
            ArgumentNullException.ThrowIfNull(value);
            Append(new HttpCookie(name, value));
        }

        public override void Append(IHttpCookie cookie)
        {
            ArgumentNullException.ThrowIfNull(cookie);
            _all.Add(cookie);
        }

        public override IHttpCookie CreateNew() => new HttpCookie(string.Empty, string.Empty);
    }
}
